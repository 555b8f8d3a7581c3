package io.slipway.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** The process that a {@link Place} has in its network. */
final class Caller {
    private static final int PATIENCE_MILLIS = 2_000;

    private Caller() {}

    public static void main(String[] arguments) throws IOException {
        var address = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        switch (arguments[0]) {
            case "call" -> call(address);
            case "serve" -> serve(address);
            case "count" -> count(address);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void call(InetSocketAddress address) {
        try (var socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            System.out.println("connected");
        } catch (SocketTimeoutException nobody) {
            System.out.println("silence");
        } catch (IOException refused) {
            System.out.println("refused");
        }
    }

    private static void serve(InetSocketAddress address) throws IOException {
        var server = HttpServer.create(address, 0);
        server.createContext("/", exchange -> {
            byte[] client =
                    exchange.getRemoteAddress().getAddress().getHostAddress().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, client.length);
            exchange.getResponseBody().write(client);
            exchange.close();
        });
        server.start();
        System.out.println(Place.LISTENS);
    }

    private static void count(InetSocketAddress address) throws IOException {
        try (var server = new ServerSocket(address.getPort(), 50, address.getAddress())) {
            System.out.println(Place.LISTENS);
            while (true) {
                try (var socket = server.accept()) {
                    System.out.println(socket.getInetAddress().getHostAddress());
                }
            }
        }
    }
}
