package io.slipway.agent;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.settings.Json;
import io.slipway.agent.stream.Identity;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.PackageSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;

/** A VM in a folder: an agent with its root there, a director and a blobstore that it trusts. */
final class TestVm implements AutoCloseable {
    final Layout layout;
    final FakeDirector director;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final HttpsServer blobstore;
    private @Nullable Agent agent;

    TestVm(Path root) throws Exception {
        this(root, Duration.ofHours(1));
    }

    /** With a certificate that began five minutes ago and ends after the given time. */
    TestVm(Path root, Duration certificateLeft) throws Exception {
        layout = Layout.at(root);
        var authority = new TestAuthority();
        var leaf = authority.issue(
                "director",
                new GeneralName(GeneralName.dNSName, "director.test"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        director = new FakeDirector(authority, leaf);
        blobstore = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        blobstore.setHttpsConfigurator(
                new HttpsConfigurator(Identity.ofPem(authority.pem(), leaf.certificatePem(), leaf.keyPem())
                        .sslContext()));
        blobstore.createContext("/", this::serve);
        blobstore.start();
        var own = authority.issue(
                "vm-1", certificateLeft, new GeneralName(GeneralName.uniformResourceIdentifier, "slipway:agent:vm-1"));
        Files.createDirectories(layout.settingsFile().getParent());
        Files.writeString(
                layout.settingsFile(),
                "{\"agent_id\":\"vm-1\",\"director_endpoints\":[\"127.0.0.1:1\",\"" + director.endpoint()
                        + "\"],\"director_name\":\"director.test\",\"ca\":" + Json.quote(authority.pem())
                        + ",\"certificate\":" + Json.quote(own.certificatePem()) + ",\"private_key\":"
                        + Json.quote(own.keyPem()) + ",\"env\":{\"bosh\":{\"tags\":[1,true,null]}}}");
    }

    private void serve(com.sun.net.httpserver.HttpExchange exchange) throws java.io.IOException {
        try (exchange) {
            var name = exchange.getRequestURI().getPath().substring(1);
            if (exchange.getRequestMethod().equals("PUT")) {
                blobs.put(name, exchange.getRequestBody().readAllBytes());
                exchange.sendResponseHeaders(201, -1);
                return;
            }
            var blob = blobs.get(name);
            if (blob == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                exchange.sendResponseHeaders(200, blob.length);
                exchange.getResponseBody().write(blob);
            }
        }
    }

    TestVm start() throws Exception {
        agent = Agent.start(layout);
        return this;
    }

    /** As a crash of the agent and its supervisor starting it again: the VM itself does not boot. */
    void restartAgent() throws Exception {
        java.util.Objects.requireNonNull(agent).close();
        start();
    }

    String url(String blob) {
        return "https://127.0.0.1:" + blobstore.getAddress().getPort() + "/" + blob + "?signature=secret";
    }

    BlobRef blob(String name, byte[] content) {
        blobs.put(name, content);
        return BlobRef.newBuilder()
                .setUrl(url(name))
                .setSha256(sha256(content))
                .setSizeBytes(content.length)
                .build();
    }

    byte[] uploaded(String name) {
        return java.util.Objects.requireNonNull(blobs.get(name), "nothing was uploaded as " + name);
    }

    PackageSpec packageSpec(String name, byte[] tgz) {
        return PackageSpec.newBuilder()
                .setName(name)
                .setVersion("1")
                .setCompiled(blob("package-" + name, tgz))
                .build();
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws Exception {
        if (agent != null) {
            agent.close();
        }
        director.close();
        blobstore.stop(0);
    }
}
