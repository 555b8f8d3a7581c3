package io.slipway.agent;

import io.slipway.agent.core.kit.BlobServer;
import io.slipway.agent.core.kit.Conversation;
import io.slipway.agent.core.kit.FakeDirector;
import io.slipway.agent.core.kit.TestAuthority;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.settings.Json;
import io.slipway.protocol.agent.v1.PackageSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A VM in a folder: an agent with its root there, a director and a blobstore that it trusts. */
final class TestVm implements AutoCloseable {
    private static final String AGENT = "vm-1";

    final Layout layout;
    final Conversation director;
    final BlobServer blobs;
    private final FakeDirector server;
    private @Nullable Agent agent;

    TestVm(Path root) throws Exception {
        this(root, Duration.ofHours(1));
    }

    /** With a certificate that began five minutes ago and ends after the given time. */
    TestVm(Path root, Duration certificateLeft) throws Exception {
        layout = Layout.at(root);
        var authority = new TestAuthority();
        server = new FakeDirector(authority);
        server.heartbeatEvery(1_000);
        director = server.with(AGENT);
        blobs = new BlobServer(authority);
        Files.createDirectories(layout.settingsFile().getParent());
        Files.writeString(
                layout.settingsFile(),
                "{\"agent_id\":\"" + AGENT + "\",\"director_endpoints\":[\"127.0.0.1:1\",\"" + server.endpoint()
                        + "\"],\"director_name\":\"" + FakeDirector.NAME + "\",\"ca\":" + Json.quote(authority.pem())
                        + ",\"certificate\":" + Json.quote(authority.certificatePem(AGENT, certificateLeft))
                        + ",\"private_key\":" + Json.quote(authority.leafKeyPem())
                        + ",\"env\":{\"bosh\":{\"tags\":[1,true,null]}}}");
    }

    TestVm start() throws Exception {
        agent = Agent.start(layout);
        return this;
    }

    /** As a crash of the agent and its supervisor starting it again: the VM itself does not boot. */
    void restartAgent() throws Exception {
        Objects.requireNonNull(agent).close();
        start();
    }

    PackageSpec packageSpec(String name, byte[] tgz) {
        return PackageSpec.newBuilder()
                .setName(name)
                .setVersion("1")
                .setCompiled(blobs.blob(tgz))
                .build();
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
        server.close();
        blobs.close();
    }
}
