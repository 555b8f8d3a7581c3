package io.slipway.health.plugin.local;

import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code json}: executables that each get a line of JSON per notice on their standard input, as BOSH's monitor has them. All that
 * match {@code bin_glob} are run; one that ends is started again.
 */
public final class JsonPlugin implements PluginFactory {
    private static final String USUAL_GLOB = "/var/vcap/jobs/*/bin/bosh-monitor/*";
    private static final int MANY = 100;
    private static final int LONGEST_INTERVAL = 3600;

    @Override
    public String name() {
        return "json";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT, Notice.Kind.HEARTBEAT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("bin_glob", "check_interval", "restart_wait");
        String glob = options.text("bin_glob", USUAL_GLOB);
        if (!glob.startsWith("/")) {
            throw options.invalid("bin_glob", "is '" + glob + "', and must begin with /");
        }
        var look = Duration.ofSeconds(options.number("check_interval", 1, LONGEST_INTERVAL, 60));
        var pause = Duration.ofSeconds(options.number("restart_wait", 1, LONGEST_INTERVAL, 1));
        return given -> new Executables(glob, look, pause);
    }

    private static final class Executables implements Plugin {
        private final String glob;
        private final Duration look;
        private final Duration pause;
        private final Map<Path, JsonProcess> processes = new LinkedHashMap<>();
        private long lookedAt;
        private boolean hasLooked;

        private Executables(String glob, Duration look, Duration pause) {
            this.glob = glob;
            this.look = look;
            this.pause = pause;
        }

        @Override
        public int atATime() {
            return MANY;
        }

        @Override
        public void deliver(List<Notice> notices) throws IOException {
            find();
            var lines = new StringBuilder();
            notices.forEach(notice -> lines.append(NoticeShape.json(notice)).append('\n'));
            byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
            processes.values().forEach(process -> process.write(bytes, notices.size()));
        }

        private void find() throws IOException {
            long now = System.nanoTime();
            if (hasLooked && now - lookedAt < look.toNanos()) {
                return;
            }
            for (Path file : matching(glob)) {
                processes.computeIfAbsent(file, found -> JsonProcess.start(found, pause));
            }
            lookedAt = now;
            hasLooked = true;
        }

        @Override
        public void close() {
            processes.values().forEach(JsonProcess::close);
        }
    }

    /** Executable files; folder by folder, so that nothing is walked that cannot match. */
    static List<Path> matching(String glob) throws IOException {
        var folders = List.of(Path.of("/"));
        for (String part : glob.substring(1).split("/+")) {
            var next = new ArrayList<Path>();
            for (Path folder : folders) {
                if (!Files.isDirectory(folder)) {
                    continue;
                }
                var matcher = FileSystems.getDefault().getPathMatcher("glob:" + part);
                try (DirectoryStream<Path> entries =
                        Files.newDirectoryStream(folder, entry -> matcher.matches(entry.getFileName()))) {
                    entries.forEach(next::add);
                }
            }
            folders = next;
        }
        return folders.stream()
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .sorted()
                .toList();
    }
}
