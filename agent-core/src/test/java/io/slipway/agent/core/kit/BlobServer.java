package io.slipway.agent.core.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.UploadRef;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Blobs over HTTPS, with a query that has to be there as a signature has. */
public final class BlobServer implements AutoCloseable {
    private static final String SIGNATURE = "signature=secret";

    private final HttpsServer server;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final AtomicInteger fetched = new AtomicInteger();

    public BlobServer(TestAuthority authority) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.serverTls()));
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!SIGNATURE.equals(exchange.getRequestURI().getQuery())) {
                exchange.sendResponseHeaders(403, -1);
            } else if (exchange.getRequestMethod().equals("PUT")) {
                blobs.put(path, exchange.getRequestBody().readAllBytes());
                exchange.sendResponseHeaders(201, -1);
            } else if (blobs.containsKey(path)) {
                fetched.incrementAndGet();
                byte[] content = blobs.get(path);
                exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
                exchange.getResponseBody().write(content);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    /** Puts a blob there, and says where it is. */
    public BlobRef blob(byte[] content) {
        String digest = sha256(content);
        blobs.put("/" + digest, content);
        return BlobRef.newBuilder()
                .setUrl(address("/" + digest))
                .setSha256(digest)
                .setSizeBytes(content.length)
                .build();
    }

    /** A blob whose content was changed on the way. */
    public BlobRef corrupted(byte[] content) {
        var blob = blob(content);
        blobs.put("/" + blob.getSha256(), new byte[] {1});
        return blob;
    }

    public UploadRef upload(String name) {
        return UploadRef.newBuilder().setUrl(address("/" + name)).build();
    }

    public byte[] uploaded(String name) {
        return Objects.requireNonNull(blobs.get("/" + name), "nothing was uploaded as " + name);
    }

    /** How many blobs were fetched. */
    public int fetched() {
        return fetched.get();
    }

    private String address(String path) {
        return "https://127.0.0.1:" + server.getAddress().getPort() + path + "?" + SIGNATURE;
    }

    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
