package io.slipway.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.slipway.cli.director.Target;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An HTTPS server that answers as a director does: each route gives its answers in turn, and the last one for ever. */
public final class FakeDirector implements AutoCloseable {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    private final HttpsServer server;
    private final String caPem;
    private final Map<String, Deque<Reply>> routes = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String credentials = "admin:secret";

    private record Reply(int status, String location, String body) {}

    public FakeDirector(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        this(folder, 0);
    }

    /** On a port of its own choice where none is given; its key is kept in the folder. */
    public FakeDirector(Path folder, int port) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("director.p12");
        if (!Files.exists(store)) {
            keytool(
                    "-genkeypair",
                    "-alias",
                    "director",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=director",
                    "-ext",
                    "SAN=ip:127.0.0.1",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    "changeit");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD);
        }
        caPem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(keys.getCertificate("director").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, STORE_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    public Target target() {
        return new Target("https://127.0.0.1:" + server.getAddress().getPort(), caPem, "admin", "secret");
    }

    public void expect(String user, String password) {
        credentials = user + ":" + password;
    }

    public String caPem() {
        return caPem;
    }

    /** Requests as "METHOD /path body". */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public FakeDirector on(String methodAndPath, int status, String body) {
        return on(methodAndPath, status, "", body);
    }

    public FakeDirector on(String methodAndPath, int status, String location, String body) {
        routes.computeIfAbsent(methodAndPath, route -> new ArrayDeque<>()).add(new Reply(status, location, body));
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String route = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        requests.add(body.isEmpty() ? route : route + " " + body);
        Reply reply = reply(route, String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        String range = exchange.getRequestHeaders().getFirst("Range");
        int status = reply.status();
        if (range != null && status == 200) {
            int from = Integer.parseInt(range.replaceAll("[^0-9]", ""));
            status = from >= bytes.length ? 416 : 206;
            bytes = from >= bytes.length ? new byte[0] : java.util.Arrays.copyOfRange(bytes, from, bytes.length);
        }
        if (!reply.location().isEmpty()) {
            exchange.getResponseHeaders().add("Location", target().url() + reply.location());
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Reply reply(String route, String authorization) {
        if (route.endsWith("/health") || route.endsWith("/readyz")) {
            return new Reply(200, "", "{}");
        }
        String expected = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        if (!authorization.equals(expected)) {
            return new Reply(401, "", "{\"code\":600000,\"description\":\"Not authorized\"}");
        }
        Deque<Reply> replies = routes.get(route);
        if (replies == null) {
            return new Reply(404, "", "{\"code\":1,\"description\":\"no such thing: " + route + "\"}");
        }
        synchronized (replies) {
            return replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
