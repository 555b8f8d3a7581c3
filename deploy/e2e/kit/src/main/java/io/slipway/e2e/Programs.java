package io.slipway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end. */
public final class Programs {
    private Programs() {}

    public static Outcome run(Path folder, Map<String, String> environment, int seconds, List<String> command) {
        try {
            Path out = Files.createTempFile("slipway-e2e", ".out");
            Path err = Files.createTempFile("slipway-e2e", ".err");
            try {
                var builder = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError(String.join(" ", command) + " did not end within " + seconds + " s: "
                            + Files.readString(out) + Files.readString(err));
                }
                return new Outcome(
                        String.join(" ", command), process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException failure) {
            throw new AssertionError(command + " cannot be run", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    public static String output(String... command) {
        return run(Path.of("/"), Map.of(), 30, List.of(command)).mustSucceed().out();
    }
}
