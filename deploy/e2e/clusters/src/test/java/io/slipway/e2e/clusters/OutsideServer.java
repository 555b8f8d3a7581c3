package io.slipway.e2e.clusters;

import com.sun.net.httpserver.HttpServer;
import io.slipway.e2e.Programs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A web server on this machine's own address, outside of all clusters. It answers with its client's address. */
final class OutsideServer implements AutoCloseable {
    private final HttpServer server;

    OutsideServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(outerAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] client =
                    exchange.getRemoteAddress().getAddress().getHostAddress().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, client.length);
            exchange.getResponseBody().write(client);
            exchange.close();
        });
        server.start();
    }

    String address() {
        return server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort();
    }

    /** The one that packets for other machines leave from. */
    private static String outerAddress() {
        return Programs.output("ip", "-o", "route", "get", "192.0.2.254")
                .split("src ")[1]
                .split(" ")[0];
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
