package io.slipway.secrets.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.link.SharedLink;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedLinkStoreTest {
    private static final SharedLink DB = new SharedLink(
            "bank", "db", "sql", Map.of("properties", Map.of("password", "secret"), "instances", List.of()));

    private Database database;
    private SharedLinkStore store;

    @BeforeEach
    void open() {
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:links;DB_CLOSE_DELAY=-1", "sa", ""));
        store = new SharedLinkStore(database.jdbi(), new EncryptionKey(new byte[32]));
        database.jdbi()
                .useHandle(handle ->
                        handle.execute("INSERT INTO deployments (name, content, version) VALUES ('bank', '{}', 1)"));
    }

    @AfterEach
    void close() {
        database.jdbi().useHandle(handle -> handle.execute("DROP ALL OBJECTS"));
        database.close();
    }

    @Test
    void a_deployment_that_is_not_there_is_told_from_one_that_shares_nothing() {
        assertThat(store.sharedBy("none")).isEmpty();
        assertThat(store.sharedBy("bank")).contains(List.of());
    }

    @Test
    void links_are_replaced_as_a_whole() {
        store.replace("bank", List.of(DB), List.of());
        store.replace("bank", List.of(DB), List.of());

        assertThat(store.sharedBy("bank")).contains(List.of(DB));

        store.forget("bank");

        assertThat(store.sharedBy("bank")).contains(List.of());
    }

    @Test
    void what_was_taken_outlives_its_provider() {
        store.replace("bank", List.of(DB), List.of());
        store.replace("shop", List.of(), List.of(DB));

        store.forget("bank");

        assertThat(store.takenBy("shop")).containsExactly(DB);
        assertThat(store.takersFrom("bank")).containsExactly("shop");
    }

    @Test
    void contents_are_not_readable_in_the_database() {
        store.replace("bank", List.of(DB), List.of());

        byte[] stored = database.jdbi().withHandle(handle -> handle.createQuery("SELECT sealed FROM deployment_links")
                .mapTo(byte[].class)
                .one());
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    }
}
