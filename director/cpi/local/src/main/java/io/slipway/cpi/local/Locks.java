package io.slipway.cpi.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One holder at a time of a VM, a disk or the machine's networks, over all directors that share the data directory. The
 * kernel frees the lock of a director that died. Where two are needed: VM before disk before network.
 */
final class Locks {
    private static final int STRIPES = 64;

    /** File locks belong to the whole JVM, so the locks within it must be known to the whole JVM too. */
    private static final Map<Path, ReentrantLock> WITHIN_THIS_JVM = new ConcurrentHashMap<>();

    private final Path directory;

    Locks(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    Held vm(String cid) {
        return hold("vm-" + stripe(cid));
    }

    Held disk(String cid) {
        return hold("disk-" + stripe(cid));
    }

    Held network() {
        return hold("network");
    }

    /** Stemcells and packages. */
    Held content(String digest) {
        return hold("content-" + stripe(digest));
    }

    private static int stripe(String cid) {
        return Math.floorMod(cid.hashCode(), STRIPES);
    }

    private Held hold(String name) {
        var file = directory.resolve(name);
        var lock = WITHIN_THIS_JVM.computeIfAbsent(file, ignored -> new ReentrantLock());
        lock.lock();
        if (lock.getHoldCount() > 1) {
            return new Held(lock, null, null);
        }
        try {
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            return new Held(lock, channel, channel.lock());
        } catch (IOException e) {
            lock.unlock();
            throw new UncheckedIOException(e);
        }
    }

    /** Free again when closed. */
    static final class Held implements AutoCloseable {
        private final ReentrantLock lock;
        private final @Nullable FileChannel channel;
        private final @Nullable FileLock fileLock;

        private Held(ReentrantLock lock, @Nullable FileChannel channel, @Nullable FileLock fileLock) {
            this.lock = lock;
            this.channel = channel;
            this.fileLock = fileLock;
        }

        @Override
        public void close() {
            try {
                if (fileLock != null) {
                    fileLock.release();
                }
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                lock.unlock();
            }
        }
    }
}
