package io.slipway.store.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.orphan.OrphanDiskStore;
import io.slipway.store.orphan.OrphanDiskStore.OrphanDiskRow;
import io.slipway.store.snapshot.SnapshotStore.SnapshotRow;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest {
    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
    private final SnapshotStore store = new SnapshotStore(database.jdbi());

    @AfterEach
    void closeDatabase() throws Exception {
        ((AutoCloseable) database.dataSource()).close();
    }

    @Test
    void lists_a_snapshot_once_it_is_made() {
        store.intend(new SnapshotRow("k1", "", "disk-1", true, 5, ""));
        assertThat(store.of(List.of("disk-1"))).isEmpty();
        assertThat(store.intended()).extracting(SnapshotRow::key).containsExactly("k1");

        store.made("k1", "snapshot-1");

        var made = new SnapshotRow("k1", "snapshot-1", "disk-1", true, 5, "");
        assertThat(store.of(List.of("disk-1", "disk-2"))).containsExactly(made);
        assertThat(store.find("snapshot-1")).contains(made);
        assertThat(store.intended()).isEmpty();
    }

    @Test
    void keeps_the_first_intent_under_a_key() {
        store.intend(new SnapshotRow("k1", "", "disk-1", true, 5, ""));
        store.made("k1", "snapshot-1");

        store.intend(new SnapshotRow("k1", "", "disk-1", false, 6, ""));

        assertThat(store.find("snapshot-1")).map(SnapshotRow::createdAt).contains(5L);
    }

    @Test
    void forgets_what_was_never_made_and_what_is_deleted() {
        store.intend(new SnapshotRow("k1", "", "disk-1", false, 5, ""));
        store.intend(new SnapshotRow("k2", "", "disk-1", false, 6, ""));
        store.made("k2", "snapshot-2");

        store.forget("k1");
        store.remove("snapshot-2");
        store.remove("");

        assertThat(store.intended()).isEmpty();
        assertThat(store.of(List.of("disk-1"))).isEmpty();
        assertThat(store.of(List.of())).isEmpty();
        assertThat(store.find("")).isEmpty();
    }

    @Test
    void keeps_with_an_orphan_what_it_was_made_of() {
        var orphans = new OrphanDiskStore(database.jdbi());
        var orphan = new OrphanDiskRow("disk-1", 64, "dep", "web/u", "z1", 7, "other", "{\"type\":\"ssd\"}");

        orphans.add(orphan);

        assertThat(orphans.list()).containsExactly(orphan);
    }
}
