package io.slipway.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server of this machine that can be cut, and opened again: what is under way breaks off, and nobody gets through. */
final class CutOff implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;

    private CutOff(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    static CutOff before(int port) throws IOException {
        var way = new CutOff(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), port);
        Thread.ofVirtual().name("way-to-" + port).start(way::accept);
        return way;
    }

    int port() {
        return listener.getLocalPort();
    }

    void cut() {
        isCut = true;
        open.forEach(CutOff::close);
    }

    void mend() {
        isCut = false;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                if (isCut) {
                    close(client);
                } else {
                    connect(client);
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(client);
            open.add(server);
            Thread.ofVirtual().start(() -> pass(client, server));
            Thread.ofVirtual().start(() -> pass(server, client));
        } catch (IOException refused) {
            close(client);
        }
    }

    private void pass(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException broken) {
            // Both ends learn of it below.
        }
        close(from);
        close(to);
        open.remove(from);
        open.remove(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // It is what was wanted.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
