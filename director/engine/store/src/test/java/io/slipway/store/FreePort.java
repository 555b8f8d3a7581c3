package io.slipway.store;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports for what a test starts, and starts again where it was. The kernel gives none of them to a connection in the
 * meantime, as it may give one that it chose itself: they lie below those that it chooses from.
 */
public final class FreePort {
    private static final int FIRST = 12_000;
    /** Where Linux begins to choose the ports of outgoing connections. */
    private static final int KERNELS = 32_768;

    private FreePort() {}

    /** Nobody listens there, on no address. */
    public static int any() {
        return firstOf(1);
    }

    /** The first of so many in a row. */
    public static int firstOf(int count) {
        while (true) {
            int first = ThreadLocalRandom.current().nextInt(FIRST, KERNELS - count);
            if (IntStream.range(first, first + count).allMatch(FreePort::isFree)) {
                return first;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
