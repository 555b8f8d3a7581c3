package io.slipway.health.plugin.line;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes connections and keeps what is written to them; it can close them, and answer frames. */
final class LineReceiver implements AutoCloseable {
    private final ServerSocket server;
    private final byte[] answer;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** @param answer to each frame whose length comes first; empty for what is no frames */
    LineReceiver(ServerSocket server, byte[] answer) {
        this.server = server;
        this.answer = answer;
        Thread.ofVirtual().start(this::accept);
    }

    static LineReceiver ofLines() throws IOException {
        return new LineReceiver(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), new byte[0]);
    }

    static LineReceiver ofFrames(byte[] answer) throws IOException {
        return new LineReceiver(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), answer);
    }

    int port() {
        return server.getLocalPort();
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        synchronized (received) {
            return received.toByteArray();
        }
    }

    /** As a receiver that is started anew. */
    void hangUp() throws IOException {
        for (Socket one : open) {
            one.close();
        }
        open.clear();
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> read(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void read(Socket socket) {
        try (var in = new DataInputStream(socket.getInputStream())) {
            while (true) {
                byte[] some = answer.length == 0 ? some(in) : in.readNBytes(in.readInt());
                if (some.length == 0) {
                    return;
                }
                synchronized (received) {
                    received.writeBytes(some);
                }
                if (answer.length > 0) {
                    socket.getOutputStream().write(answer);
                }
            }
        } catch (IOException closed) {
            // by one side or the other
        }
    }

    private static byte[] some(DataInputStream in) throws IOException {
        byte[] buffer = new byte[4096];
        int count = in.read(buffer);
        return count < 0 ? new byte[0] : java.util.Arrays.copyOf(buffer, count);
    }

    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
    }
}
