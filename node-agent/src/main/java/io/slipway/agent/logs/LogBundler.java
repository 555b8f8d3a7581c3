package io.slipway.agent.logs;

import io.slipway.agent.archive.Tarball;
import io.slipway.agent.blob.BlobFiles;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Layout;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FetchLogs;
import io.slipway.protocol.agent.v1.LogsResult;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Packs the logs that a director asks for and uploads them. */
public final class LogBundler {
    private static final List<String> ALL_FILES = List.of("**");

    private final Layout layout;
    private final BlobFiles blobs;

    public LogBundler(Layout layout, BlobFiles blobs) {
        this.layout = layout;
        this.blobs = blobs;
    }

    public LogsResult bundle(FetchLogs order) throws CommandFailure, IOException, InterruptedException {
        var top =
                switch (order.getKind()) {
                    case JOB -> layout.systemLogs();
                    case AGENT -> layout.agentLogs();
                    case SYSTEM -> layout.varLog();
                    case UNRECOGNIZED -> throw new CommandFailure(Failure.Code.UNSUPPORTED, "unknown kind of logs");
                };
        Files.createDirectories(top);
        Files.createDirectories(layout.temporary());
        var archive = Files.createTempFile(layout.temporary(), "logs", ".tgz");
        try {
            Tarball.pack(top, matching(top, order), archive);
            return LogsResult.newBuilder()
                    .setSha256(blobs.upload(archive, order.getUpload().getUrl()))
                    .setSizeBytes(Files.size(archive))
                    .build();
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private static List<String> matching(Path top, FetchLogs order) throws CommandFailure, IOException {
        var filters = matchers(order.getFiltersCount() == 0 ? ALL_FILES : order.getFiltersList());
        var found = new ArrayList<String>();
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                var relative = top.relativize(file);
                var isOfJob = order.getJobsCount() == 0
                        || order.getJobsList().contains(relative.getName(0).toString());
                if (isOfJob && attributes.isRegularFile() && filters.stream().anyMatch(f -> f.matches(relative))) {
                    found.add("./" + relative);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // rotated away meanwhile
            }
        });
        return found;
    }

    private static List<PathMatcher> matchers(List<String> filters) throws CommandFailure {
        try {
            return filters.stream()
                    .map(f -> FileSystems.getDefault().getPathMatcher("glob:" + f))
                    .toList();
        } catch (java.util.regex.PatternSyntaxException e) {
            throw new CommandFailure(Failure.Code.INVALID, "log filter: " + e.getMessage());
        }
    }
}
