package io.slipway.engine.logs;

import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.engine.BlobLinks;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskLog;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.FetchLogs;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.protocol.agent.v1.UploadRef;
import io.slipway.store.blob.AgentUploads;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.LogBundles;
import io.slipway.store.blob.LogBundles.Kind;
import io.slipway.store.blob.StoredBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Collects logs through the agents, which upload them as blobs. */
public final class LogCollector {
    /** Upload keys of logs begin so. */
    public static final String UPLOAD_KEY = "logs-";

    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Duration KEPT_FOR = Duration.ofDays(10);
    private static final Duration PART_KEPT_FOR = Duration.ofHours(1);
    private static final int AT_ONCE = 16;
    private static final int AGENT_FAILED = 450001;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss");

    private final InstanceAgents agents;
    private final BlobLinks links;
    private final Blobs blobs;
    private final AgentUploads uploads;
    private final LogBundles bundles;
    private final Path work;
    private final Clock clock;

    /**
     * Where logs are uploaded to and kept.
     *
     * @param blobs apart from those that VMs are made of
     */
    public record Storage(BlobLinks links, Blobs blobs, AgentUploads uploads, LogBundles bundles, Path work) {}

    public LogCollector(InstanceAgents agents, Storage storage, Clock clock) {
        this.agents = agents;
        this.links = storage.links();
        this.blobs = storage.blobs();
        this.uploads = storage.uploads();
        this.bundles = storage.bundles();
        this.work = storage.work();
        this.clock = clock;
    }

    /** What one instance's agent is asked for. */
    public record Order(String instanceId, String group, int index, List<FetchLogs.Kind> kinds, List<String> filters) {
        public Order {
            kinds = List.copyOf(kinds);
            filters = List.copyOf(filters);
        }
    }

    /** Returns the digest of a blob: one instance's logs, or those of several, each in a tgz of its own. */
    public String collect(TaskLog log, List<Order> orders) throws Exception {
        removeOld();
        String bundle = orders.size() == 1 ? collectOne(log, orders.getFirst()) : collectAll(log, orders);
        bundles.keep(Kind.LOGS, bundle, clock.instant().plus(KEPT_FOR));
        return bundle;
    }

    private String collectAll(TaskLog log, List<Order> orders) throws Exception {
        var names = new ArrayList<String>();
        var found = new ArrayList<Future<String>>();
        var places = new Semaphore(AT_ONCE);
        String stamp = STAMP.format(clock.instant().atZone(ZoneOffset.UTC));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Order order : orders) {
                names.add(order.group() + "." + order.instanceId() + "." + stamp + ".tgz");
                found.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        return collectOne(log, order);
                    } finally {
                        places.release();
                    }
                }));
            }
        }
        var parts = new ArrayList<LogArchive.Part>();
        for (int i = 0; i < names.size(); i++) {
            parts.add(new LogArchive.Part(names.get(i), resultOf(found.get(i))));
        }
        var packed = new String[1];
        log.stage("Fetching group of logs", 1)
                .step("Packing log files together", () -> packed[0] = pack(archive -> archive.addFiles(parts)));
        return packed[0];
    }

    private String collectOne(TaskLog log, Order order) throws Exception {
        var stage = log.stage(
                "Fetching logs for " + order.group() + "/" + order.instanceId() + " (" + order.index() + ")", 1);
        var bundle = new String[1];
        stage.step("Finding and packing log files", () -> {
            var parts = new ArrayList<LogArchive.Part>();
            for (FetchLogs.Kind kind : order.kinds()) {
                parts.add(new LogArchive.Part(folder(kind), ask(log, order, kind)));
            }
            bundle[0] = parts.size() == 1 && parts.getFirst().name().isEmpty()
                    ? parts.getFirst().sha256()
                    : pack(archive -> archive.addContents(parts));
        });
        return bundle[0];
    }

    private String ask(TaskLog log, Order order, FetchLogs.Kind kind) throws InvalidProtocolBufferException {
        String uploadKey = UPLOAD_KEY + UUID.randomUUID();
        var result = agents.call(
                order.instanceId(),
                Command.newBuilder()
                        .setFetchLogs(FetchLogs.newBuilder()
                                .setKind(kind)
                                .addAllFilters(order.filters())
                                .setUpload(UploadRef.newBuilder().setUrl(links.upload(uploadKey)))),
                TIMEOUT,
                log::isCancelled);
        if (!result.succeeded()) {
            throw RequestRefused.failed(AGENT_FAILED, "Action 'fetch_logs' failed: " + result.failure());
        }
        String named = Success.parseFrom(result.success()).getLogs().getSha256();
        String sha256 = uploaded(uploadKey, named);
        // Not deleted at once: what somebody else collects may have the same content, and so the same blob.
        bundles.keep(Kind.LOGS, sha256, clock.instant().plus(PART_KEPT_FOR));
        return sha256;
    }

    /** What was uploaded counts, and not what the agent says of it: it may name what it likes. */
    private String uploaded(String uploadKey, String named) {
        return uploads.find(uploadKey)
                .map(StoredBlob::sha256)
                .filter(named::equals)
                .orElseThrow(() -> RequestRefused.failed(
                        AGENT_FAILED,
                        "Action 'fetch_logs' failed: the agent names a blob that it did not upload for this"));
    }

    /** Adds what was collected to an archive. */
    @FunctionalInterface
    private interface Filling {
        void fill(LogArchive archive) throws IOException;
    }

    private String pack(Filling filling) throws IOException {
        Files.createDirectories(work);
        Path file = Files.createTempFile(work, "logs", ".tgz");
        try {
            try (var archive = new LogArchive(file, blobs)) {
                filling.fill(archive);
            }
            return blobs.put(file).sha256();
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void removeOld() throws IOException {
        for (String sha256 : bundles.takeExpired(clock.instant())) {
            blobs.delete(sha256);
        }
    }

    private static String resultOf(Future<String> found) throws Exception {
        try {
            return found.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    /** Where logs of a kind are in what the user gets. */
    private static String folder(FetchLogs.Kind kind) {
        return kind == FetchLogs.Kind.SYSTEM ? "var/log/" : "";
    }
}
