package io.slipway.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.catalog.StemcellCatalog.StemcellHeader;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StemcellCatalogTest {
    private Database database;
    private StemcellCatalog stemcells;

    @BeforeEach
    void open() {
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
        stemcells = new StemcellCatalog(database.jdbi());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_version_has_its_cids_by_cpi_and_says_what_its_agent_can_do() {
        stemcells.put(new StemcellHeader("s", "1", "debian", "cid-1", "", "sha", 3));
        stemcells.put(new StemcellHeader("s", "1", "debian", "cid-2", "other", "sha", 3));

        assertThat(newest())
                .contains(new StemcellVersion("s", "1", "debian", Map.of("", "cid-1", "other", "cid-2"), 3));
    }

    @Test
    void the_oldest_agents_are_meant_where_a_stemcell_says_nothing_that_makes_sense() {
        stemcells.put(new StemcellHeader("s", "1", "debian", "cid-1", "", "sha", 0));

        assertThat(newest())
                .hasValueSatisfying(found -> assertThat(found.apiVersion()).isEqualTo(1));
    }

    private Optional<StemcellVersion> newest() {
        return stemcells.resolve(StemcellRef.lenient(Map.of("os", "debian", "version", "latest")));
    }
}
