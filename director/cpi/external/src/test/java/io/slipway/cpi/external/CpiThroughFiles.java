package io.slipway.cpi.external;

import io.slipway.cpi.simulated.SimulatedCpi;
import io.slipway.cpi.simulated.SimulatedCpiFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** An executable that hands its request to the simulated CPI in this process, and prints what that answers. */
final class CpiThroughFiles implements AutoCloseable {
    private static final String SCRIPT = """
            #!/bin/sh
            here='%s'
            cat > "$here/$$.new"
            mv "$here/$$.new" "$here/$$.request"
            while [ ! -e "$here/$$.answer" ]; do sleep 0.01; done
            cat "$here/$$.answer"
            rm "$here/$$.answer"
            """;

    private final Path folder;
    private final Path file;
    private final SimulatedCpi cpi;
    private final WatchService watch;

    CpiThroughFiles(Path directory) throws IOException {
        folder = Files.createDirectories(directory.resolve("requests"));
        file = Files.writeString(directory.resolve("cpi.sh"), SCRIPT.formatted(folder));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        cpi = new SimulatedCpiFactory()
                .create("director", Files.createDirectories(directory.resolve("simulated")), Map.of());
        watch = folder.getFileSystem().newWatchService();
        folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        Thread.ofVirtual().start(this::answerUntilClosed);
    }

    Path file() {
        return file;
    }

    private void answerUntilClosed() {
        try {
            while (true) {
                var key = watch.take();
                for (WatchEvent<?> event : key.pollEvents()) {
                    if (String.valueOf(event.context()).endsWith(".request")) {
                        Path request = folder.resolve(String.valueOf(event.context()));
                        Thread.ofVirtual().start(() -> answer(request));
                    }
                }
                key.reset();
            }
        } catch (ClosedWatchServiceException closed) {
            // The test is over.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(Path request) {
        try {
            String answer = new ServedCpi(cpi).answer(Files.readString(request));
            String pid = request.getFileName().toString().replace(".request", "");
            Path temporary = Files.writeString(folder.resolve(pid + ".written"), answer);
            Files.delete(request);
            Files.move(temporary, folder.resolve(pid + ".answer"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        try {
            watch.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        cpi.close();
    }
}
