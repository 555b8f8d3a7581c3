package io.slipway.engine.naming;

import io.slipway.engine.BlobLinks;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Deployments.NetworkAddress;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.DirectoryAreas;
import io.slipway.store.dns.DnsNumberStore;
import io.slipway.store.dns.DnsVersionStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A database, a blobstore, and rows in a map. */
final class NamingWorld implements AutoCloseable {
    final Map<String, InstanceRow> rows = new ConcurrentHashMap<>();
    final DnsNumberStore numbers;
    final DnsVersionStore versions;
    final Blobs blobs;
    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));

    NamingWorld(Path folder) throws IOException {
        numbers = new DnsNumberStore(database.jdbi());
        versions = new DnsVersionStore(database.jdbi());
        blobs = new DirectoryAreas(folder, false).area("blobs");
    }

    BlobLinks links() {
        return new BlobLinks() {
            @Override
            public String download(String sha256) {
                return "https://director/" + sha256;
            }

            @Override
            public String upload(String uploadKey) {
                throw new UnsupportedOperationException(uploadKey);
            }
        };
    }

    NamePublisher publisher() {
        return new NamePublisher(numbers, versions, blobs, () -> List.copyOf(rows.values()));
    }

    NameService service() {
        return new NameService(numbers, versions, blobs, links(), () -> List.copyOf(rows.values()));
    }

    /** The content of a blob that was published. */
    String text(DnsVersionStore.Version version) throws IOException {
        try (var content = blobs.open(version.blobSha256())) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static InstanceRow instance(String id, String group, int index, String ip, String jobState) {
        return new InstanceRow(
                id,
                "dep",
                group,
                index,
                "z1",
                "started",
                jobState,
                ip.isEmpty() ? "" : "vm-" + id,
                "agent-" + id,
                true,
                ip.isEmpty() ? List.of() : List.of(ip),
                List.of(),
                "small",
                "stemcell/1",
                index == 0,
                false,
                Map.of(),
                List.of(),
                "",
                "",
                "",
                ip.isEmpty() ? List.of() : List.of(new NetworkAddress("default", ip)));
    }

    void put(InstanceRow row) {
        rows.put(row.id(), row);
    }

    @Override
    public void close() {
        database.close();
    }
}
