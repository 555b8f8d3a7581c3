package io.slipway.health.plugin.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One executable that is kept running and written to. One that does not read holds nobody up: what it misses is counted. */
final class JsonProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonProcess.class);
    private static final int LONGEST_QUEUE = 1000;

    private final Path executable;
    private final Duration pause;
    private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final AtomicLong missed = new AtomicLong();
    private final Thread writer;
    private volatile boolean isClosed;
    /** What the process that ended did not take. */
    private byte @Nullable [] unsent;

    private volatile @Nullable Process process;

    private JsonProcess(Path executable, Duration pause) {
        this.executable = executable;
        this.pause = pause;
        this.writer = Thread.ofPlatform()
                .daemon()
                .name("health-json-" + executable.getFileName())
                .unstarted(this::run);
    }

    static JsonProcess start(Path executable, Duration pause) {
        var started = new JsonProcess(executable, pause);
        started.writer.start();
        return started;
    }

    void write(byte[] bytes, int notices) {
        if (!lines.offer(bytes) && missed.getAndAdd(notices) == 0) {
            LOG.warn("{} does not read what it is told: notices are lost", executable);
        }
    }

    /** The end of a process interrupts us, perhaps when we know of it already. */
    private void run() {
        while (!isClosed) {
            try {
                once();
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            } catch (InterruptedException ended) {
                LOG.debug("{} has ended", executable);
            }
        }
    }

    private void once() {
        try {
            var started = new ProcessBuilder(executable.toString())
                    .redirectErrorStream(true)
                    .start();
            process = started;
            LOG.info("{} is told of notices as process {}", executable, started.pid());
            Thread.ofVirtual().start(() -> swallow(started.getInputStream()));
            started.onExit().thenRun(writer::interrupt);
            feed(started);
        } catch (IOException failure) {
            LOG.warn("{} cannot be told of notices: {}", executable, failure.toString());
        }
    }

    private void feed(Process started) {
        try (var input = started.getOutputStream()) {
            while (started.isAlive() && !isClosed) {
                byte[] next = unsent == null ? lines.take() : unsent;
                unsent = next;
                input.write(next);
                input.flush();
                unsent = null;
            }
        } catch (IOException | InterruptedException ended) {
            LOG.debug("{} reads no more: {}", executable, ended.toString());
        }
        started.destroy();
        if (!isClosed) {
            LOG.warn("{} has ended, and is started again", executable);
        }
    }

    /** It must not wait for somebody who reads what it says. */
    private static void swallow(InputStream output) {
        try (output) {
            output.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException ended) {
            LOG.debug("a process has closed its output: {}", ended.toString());
        }
    }

    @Override
    public void close() {
        isClosed = true;
        writer.interrupt();
        var running = process;
        if (running != null) {
            running.destroy();
        }
    }
}
