package io.slipway.cpi.external;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a CPI's executable once for each call, without a shell. Its answer and its log go into files, so that a director
 * that died in between finds an answer that came meanwhile.
 */
final class Executable {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final Path file;
    private final Path calls;
    private final Duration timeout;
    private final Limits limits;

    /**
     * @param answerBytes that an executable may print to its standard output
     * @param logBytes that it may print to its standard error
     */
    record Limits(long answerBytes, long logBytes) {
        static final Limits DEFAULT = new Limits(16L << 20, 256L << 20);
    }

    /** A process that was begun, by number and start, since numbers are used again. */
    record Begun(long pid, long startedAtMillis) {
        boolean stillRuns() {
            return pid > 0
                    && ProcessHandle.of(pid)
                            .filter(ProcessHandle::isAlive)
                            .flatMap(handle -> handle.info().startInstant())
                            .filter(start -> start.toEpochMilli() == startedAtMillis)
                            .isPresent();
        }
    }

    /** How a call ended; why is empty where the executable ended by itself. */
    record Ended(String answer, String log, int exitCode, String why) {}

    Executable(Path file, Path calls, Duration timeout, Limits limits) {
        this.file = file;
        this.calls = calls;
        this.timeout = timeout;
        this.limits = limits;
    }

    Path file() {
        return file;
    }

    /**
     * Makes one call and waits for its end.
     *
     * @param id of the call, a file name
     * @param begun is told of the process before that is told what to do; where it throws, nothing was done
     * @param lines is told what the executable logs, line by line
     * @throws CpiException where the executable did not start
     */
    Ended call(String id, byte[] request, CallContext asker, Consumer<Begun> begun, Consumer<String> lines) {
        if (!ExternalCpiFactory.isExecutable(file)) {
            throw failed("'" + file + "' is not an executable file on the director's machine", false);
        }
        try {
            makeFiles(id);
            var process = start(id);
            tell(begun, process, id);
            Thread.ofVirtual().name("cpi-request-" + id).start(() -> write(process, request));
            String why = awaitEnd(id, process, asker, new LogTail(log(id), lines));
            return new Ended(read(answer(id)), read(log(id)), why.isEmpty() ? process.exitValue() : -1, why);
        } catch (IOException failure) {
            throw failed("'" + file + "' cannot be run: " + failure.getMessage(), true);
        }
    }

    private void tell(Consumer<Begun> begun, Process process, String id) {
        try {
            begun.accept(new Begun(
                    process.pid(),
                    process.info()
                            .startInstant()
                            .map(start -> start.toEpochMilli())
                            .orElse(0L)));
        } catch (RuntimeException refused) {
            process.destroyForcibly();
            forget(id);
            throw refused;
        }
    }

    /** What an earlier call answered; waits where it still runs. Empty where it was never begun. */
    Optional<Ended> earlier(String id, Begun begun) {
        if (!Files.exists(answer(id))) {
            return Optional.empty();
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (begun.stillRuns() && System.nanoTime() < deadline) {
                TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed("interrupted while call " + id + " ran", true);
        }
        return Optional.of(new Ended(read(answer(id)), read(log(id)), 0, ""));
    }

    /** Its answer is known, or will never be. */
    void forget(String id) {
        try {
            Files.deleteIfExists(answer(id));
            Files.deleteIfExists(log(id));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete the files of call " + id, failure);
        }
    }

    private void makeFiles(String id) throws IOException {
        if (!Files.isDirectory(calls)) {
            Files.createDirectories(calls);
            Files.setPosixFilePermissions(calls, PosixFilePermissions.fromString("rwx------"));
        }
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(log(id), mine);
        Files.createFile(answer(id), mine);
    }

    private Process start(String id) throws IOException {
        var builder = new ProcessBuilder(file.toString())
                .redirectOutput(answer(id).toFile())
                .redirectError(log(id).toFile());
        Map<String, String> environment = builder.environment();
        String home = environment.getOrDefault("HOME", "/");
        String temporary = environment.get("TMPDIR");
        environment.clear();
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("HOME", home);
        if (temporary != null) {
            environment.put("TMPDIR", temporary);
        }
        return builder.start();
    }

    private static void write(Process process, byte[] request) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(request);
        } catch (IOException endedEarly) {
            // Its answer, or the lack of one, tells why.
        }
    }

    /** Returns why the executable was ended, or nothing where it ended by itself. */
    private String awaitEnd(String id, Process process, CallContext asker, LogTail tail) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                tail.drain();
                String why = whyToEnd(id, asker, deadline);
                if (!why.isEmpty()) {
                    end(process);
                    tail.finish();
                    return why;
                }
            }
            tail.finish();
            return "";
        } catch (InterruptedException interrupted) {
            // The director stops. The executable goes on, and the next director finds its answer.
            Thread.currentThread().interrupt();
            throw failed("interrupted while call " + id + " ran", true);
        }
    }

    private String whyToEnd(String id, CallContext asker, long deadline) {
        if (asker.isCancelled()) {
            return "was ended since its task was cancelled";
        }
        if (System.nanoTime() > deadline) {
            return "gave no answer within " + timeout.toSeconds() + " s and was ended";
        }
        if (size(answer(id)) > limits.answerBytes()) {
            return "printed more than " + limits.answerBytes() + " bytes and was ended";
        }
        if (size(log(id)) > limits.logBytes()) {
            return "logged more than " + limits.logBytes() + " bytes and was ended";
        }
        return "";
    }

    /** With all that it started; first asked, so that it can clean up. */
    private static void end(Process process) throws InterruptedException {
        var all = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            process.waitFor();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private String read(Path output) {
        try (var content = Files.newInputStream(output)) {
            return new String(content.readNBytes(Math.toIntExact(limits.answerBytes())), StandardCharsets.UTF_8);
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + output, failure);
        }
    }

    private static long size(Path output) {
        try {
            return Files.size(output);
        } catch (IOException gone) {
            return 0;
        }
    }

    private Path answer(String id) {
        return calls.resolve(id + ".answer");
    }

    private Path log(String id) {
        return calls.resolve(id + ".log");
    }

    private static CpiException failed(String why, boolean isRetryable) {
        return new CpiException(new CpiFailure.CloudError("CPI " + why, isRetryable));
    }

    /** The lines of a file that grows. */
    private static final class LogTail {
        private static final int CHUNK = 64 * 1024;

        private final Path file;
        private final Consumer<String> lines;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private long position;

        LogTail(Path file, Consumer<String> lines) {
            this.file = file;
            this.lines = lines;
        }

        void drain() {
            try (var content = new RandomAccessFile(file.toFile(), "r")) {
                content.seek(position);
                byte[] chunk = new byte[CHUNK];
                int read;
                while ((read = content.read(chunk)) > 0) {
                    position += read;
                    add(chunk, read);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot read " + file, failure);
            }
        }

        void finish() {
            drain();
            if (line.size() > 0) {
                emit();
            }
        }

        private void add(byte[] chunk, int length) {
            for (int i = 0; i < length; i++) {
                if (chunk[i] == '\n' || line.size() >= CHUNK) {
                    emit();
                }
                if (chunk[i] != '\n') {
                    line.write(chunk[i]);
                }
            }
        }

        private void emit() {
            lines.accept(line.toString(StandardCharsets.UTF_8));
            line.reset();
        }
    }
}
