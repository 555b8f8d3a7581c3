package io.slipway.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners on several addresses of this machine. An address that is not there yet is listened on as soon as it is: the
 * gateway of a network of VMs comes with the first of them, and goes when the machine is started anew.
 */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final String what;
    private final Listen listen;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private boolean isClosed;
    private @Nullable Thread watcher;

    /** Begins to listen on one address. */
    @FunctionalInterface
    interface Listen {
        AutoCloseable on(String address) throws IOException;
    }

    private Listeners(String what, Listen listen) {
        this.what = what;
        this.listen = listen;
    }

    /**
     * Listens on those that are there, and waits for the others.
     *
     * @param what it is, for the log
     */
    static Listeners start(String what, List<String> addresses, Listen listen) throws IOException {
        var listeners = new Listeners(what, listen);
        try {
            var missing = new ArrayList<String>();
            for (String address : addresses) {
                if (isHere(address)) {
                    listeners.listen(address);
                } else {
                    missing.add(address);
                }
            }
            if (!missing.isEmpty()) {
                LOG.info("{} will listen on {} as soon as this machine has that address", what, missing);
                listeners.watcher =
                        Thread.ofVirtual().name("listens later: " + what).start(() -> listeners.await(missing));
            }
            return listeners;
        } catch (IOException | RuntimeException failure) {
            listeners.close();
            throw failure;
        }
    }

    /** Whether there is one address that is listened on already. */
    synchronized boolean isListening() {
        return !open.isEmpty();
    }

    private void await(List<String> missing) {
        while (!missing.isEmpty() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK.toNanos());
            missing.removeIf(this::isListening);
        }
    }

    private boolean isListening(String address) {
        try {
            if (!isHere(address)) {
                return false;
            }
            listen(address);
            LOG.info("{} listens on {} now", what, address);
            return true;
        } catch (IOException failure) {
            LOG.warn("{} does not listen on {} yet: {}", what, address, failure.getMessage());
            return false;
        }
    }

    private synchronized void listen(String address) throws IOException {
        if (!isClosed) {
            open.push(listen.on(address));
        }
    }

    private static boolean isHere(String address) throws IOException {
        var parsed = InetAddress.getByName(address);
        return parsed.isAnyLocalAddress() || NetworkInterface.getByInetAddress(parsed) != null;
    }

    @Override
    public void close() {
        if (watcher != null) {
            watcher.interrupt();
        }
        synchronized (this) {
            isClosed = true;
            while (!open.isEmpty()) {
                AutoCloseable one = open.pop();
                try {
                    one.close();
                } catch (Exception failure) {
                    LOG.warn("{} did not stop cleanly: {}", what, failure.toString());
                }
            }
        }
    }
}
