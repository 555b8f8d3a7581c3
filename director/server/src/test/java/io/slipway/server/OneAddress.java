package io.slipway.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One address for several directors: each connection goes to the next of them that takes it. */
final class OneAddress implements AutoCloseable {
    private static final int CONNECTING_MILLIS = 1_000;

    private final ServerSocket socket;
    private final List<Integer> ports;
    private final AtomicInteger turn = new AtomicInteger();

    private OneAddress(ServerSocket socket, List<Integer> ports) {
        this.socket = socket;
        this.ports = ports;
    }

    /** @param ports of this machine, whoever listens there now */
    static OneAddress before(List<Integer> ports) throws IOException {
        var address = new OneAddress(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), ports);
        Thread.ofVirtual().name("one-address").start(address::accept);
        return address;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                Thread.ofVirtual().name("forwarding").start(() -> forward(client));
            } catch (IOException closed) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(closed);
                }
            }
        }
    }

    private void forward(Socket client) {
        try (client;
                var director = connected()) {
            var answers = Thread.ofVirtual().start(() -> pump(director, client));
            pump(client, director);
            answers.join();
        } catch (IOException nobody) {
            // The client sees its connection closed.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket connected() throws IOException {
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(Math.floorMod(turn.getAndIncrement(), ports.size()));
            var director = new Socket();
            try {
                director.connect(new InetSocketAddress("127.0.0.1", port), CONNECTING_MILLIS);
                return director;
            } catch (IOException away) {
                director.close();
            }
        }
        throw new IOException("nobody listens on any of " + ports);
    }

    /** What breaks off on one side does so on the other. */
    private static void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // It is what was wanted.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
