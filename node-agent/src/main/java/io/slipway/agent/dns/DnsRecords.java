package io.slipway.agent.dns;

import io.slipway.agent.blob.BlobClient;
import io.slipway.agent.command.CommandFailure;
import io.slipway.agent.layout.DurableFile;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.settings.Json;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.SyncDns;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;

/** Keeps BOSH DNS' records.json, which only ever moves to newer versions. */
public final class DnsRecords {
    private final Layout layout;
    private final BlobClient blobs;
    private final Folders folders;

    public DnsRecords(Layout layout, BlobClient blobs, Folders folders) {
        this.layout = layout;
        this.blobs = blobs;
        this.folders = folders;
    }

    /** An older version than the present one changes nothing and is success. */
    public synchronized void sync(SyncDns order) throws CommandFailure, IOException, InterruptedException {
        if (order.getVersion() <= presentVersion()) {
            return;
        }
        var download = layout.temporary().resolve("records-" + order.getVersion() + ".json");
        try {
            blobs.fetch(order.getRecords(), download);
            var content = Files.readAllBytes(download);
            if (version(Files.readString(download)) != order.getVersion()) {
                throw new CommandFailure(
                        Failure.Code.INVALID, "the DNS records are not those of version " + order.getVersion());
            }
            folders.make(Objects.requireNonNull(layout.dnsRecords().getParent()), "rwxr-x---");
            DurableFile.write(layout.dnsRecords(), content);
            folders.own(layout.dnsRecords(), "rw-r-----");
        } finally {
            Files.deleteIfExists(download);
        }
    }

    private long presentVersion() throws IOException {
        return Files.exists(layout.dnsRecords()) ? version(Files.readString(layout.dnsRecords())) : -1;
    }

    /** Records that cannot be read count as older than all. */
    private static long version(String json) {
        try {
            return Json.parse(json) instanceof Map<?, ?> map && map.get("version") instanceof Number number
                    ? number.longValue()
                    : -1;
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }
}
