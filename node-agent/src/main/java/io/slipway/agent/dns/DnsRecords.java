package io.slipway.agent.dns;

import io.slipway.agent.blob.BlobFiles;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.DurableFile;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.layout.Layout;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.SyncDns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps BOSH DNS' records.json and who is unwell, each of which only ever moves to newer versions, and answers from
 * them.
 */
public final class DnsRecords {
    private static final Logger LOG = LoggerFactory.getLogger(DnsRecords.class);

    private final Layout layout;
    private final BlobFiles blobs;
    private final Folders folders;
    private final Random chance = new Random();
    private volatile RecordSet records;
    private volatile RecordsFile.Health health;

    public DnsRecords(Layout layout, BlobFiles blobs, Folders folders) {
        this.layout = layout;
        this.blobs = blobs;
        this.folders = folders;
        records = kept(layout.dnsRecords(), RecordsFile::records, RecordSet.NONE);
        health = kept(layout.dnsHealth(), RecordsFile::health, RecordsFile.Health.UNKNOWN);
    }

    /** Older versions than the present ones change nothing and are success. */
    public synchronized void sync(SyncDns order) throws CommandFailure, IOException, InterruptedException {
        if (order.getVersion() > records.version()) {
            records = fetched(
                    order.getRecords(),
                    layout.dnsRecords(),
                    order.getVersion(),
                    RecordsFile::records,
                    RecordSet::version);
        }
        if (order.getHealthVersion() > health.version()) {
            health = fetched(
                    order.getHealth(),
                    layout.dnsHealth(),
                    order.getHealthVersion(),
                    RecordsFile::health,
                    RecordsFile.Health::version);
        }
    }

    public long version() {
        return records.version();
    }

    public long healthVersion() {
        return health.version();
    }

    /** @param name in lower case, without the final dot */
    DnsAnswer resolve(String name) {
        return records.resolve(name, health.unhealthy(), chance);
    }

    /** Nobody sees a file that does not parse, or that is of another version. */
    private <T> T fetched(BlobRef blob, Path file, long version, Function<String, T> parse, ToLongFunction<T> versionOf)
            throws CommandFailure, IOException, InterruptedException {
        var download = layout.temporary().resolve(file.getFileName() + "-" + version);
        try {
            blobs.fetch(blob, download);
            var text = Files.readString(download);
            var parsed = parse.apply(text);
            if (versionOf.applyAsLong(parsed) != version) {
                throw invalid("the DNS file is not that of version " + version);
            }
            folders.make(Objects.requireNonNull(file.getParent()), "rwxr-x---");
            DurableFile.write(file, Files.readAllBytes(download));
            folders.own(file, "rw-r-----");
            return parsed;
        } catch (IllegalArgumentException broken) {
            throw invalid("the DNS file of version " + version + " cannot be read: " + broken.getMessage());
        } finally {
            Files.deleteIfExists(download);
        }
    }

    /** What cannot be read counts as older than all. */
    private static <T> T kept(Path file, Function<String, T> parse, T none) {
        try {
            return Files.exists(file) ? parse.apply(Files.readString(file)) : none;
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} cannot be read and is waited for anew: {}", file, e.getMessage());
            return none;
        }
    }

    private static CommandFailure invalid(String message) {
        return new CommandFailure(Failure.Code.INVALID, message);
    }
}
