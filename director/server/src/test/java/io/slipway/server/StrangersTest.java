package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.identity.Authorities;
import io.slipway.agent.core.identity.Identity;
import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.net.ssl.SSLSocketFactory;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody could do who has got hold of a VM, or of this machine's network: each test is the attack. */
class StrangersTest {
    private static final int PATIENCE_MILLIS = 5_000;

    /** Of the protocol by which directors speak: its magic number, and that this connection is for control messages. */
    private static final byte[] GREETING = "AKKA\001".getBytes(StandardCharsets.US_ASCII);

    @Test
    void only_a_director_speaks_to_directors(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            done(director, director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")), "done");
            int port = director.remotingPort();
            var agent = director.requests().getLast().settings();
            var authorities = Authorities.ofPem(agent.caPem());
            Path node = folder.resolve("director/node");
            var ofNode = Identity.ofPem(
                    authorities,
                    Files.readString(node.resolve("certificate.pem")),
                    pkcs8(Files.readString(node.resolve("key.pem"))));

            assertThat(isHeard(port, null)).as("without TLS").isFalse();
            assertThat(isHeard(port, authorities.sockets()))
                    .as("without a certificate")
                    .isFalse();
            assertThat(isHeard(
                            port,
                            Identity.ofPem(authorities, agent.certificatePem(), agent.privateKeyPem())
                                    .sockets()))
                    .as("with the certificate of an agent")
                    .isFalse();
            assertThat(isHeard(port, ofNode.sockets()))
                    .as("with the certificate of a director")
                    .isTrue();
        }
    }

    @Test
    void an_agent_does_not_pass_off_a_blob_of_others_as_what_it_compiled(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            String foreign = someBlob(folder);
            var lie = director.faults().agents(vm -> true).inject(new AgentFault.NameForeignBlob(foreign));

            var refused = done(director, director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")), "error");

            assertThat(refused).contains("the agent names a blob that it did not upload for this");
            lie.lift();
            done(director, director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")), "done");
        }
    }

    @Test
    void an_agent_does_not_have_a_blob_of_others_handed_out_as_its_logs(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            done(director, director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")), "done");
            director.faults().agents(vm -> true).inject(new AgentFault.NameForeignBlob(someBlob(folder)));

            var refused = done(director, director.api().taskOf("/deployments/d/jobs/web/0/logs?type=job"), "error");

            assertThat(refused).contains("the agent names a blob that it did not upload for this");
        }
    }

    /** Of those that the director keeps, such as a package's source. */
    private static String someBlob(Path folder) throws IOException {
        try (var blobs = Files.walk(folder.resolve("director/blobs"))) {
            return blobs.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{64}"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Of a key in PKCS #1, as OpenSSL once wrote it. */
    private static String pkcs8(String pem) throws IOException {
        try (var parser = new PEMParser(new StringReader(pem))) {
            var key = ((PEMKeyPair) parser.readObject()).getPrivateKeyInfo();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getEncoder().encodeToString(key.getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
        }
    }

    /** Whether the connection stays open after the greeting, for more. */
    private static boolean isHeard(int port, @Nullable SSLSocketFactory tls) {
        try (var socket = connected(port, tls)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(GREETING);
            socket.getOutputStream().flush();
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return false;
        } catch (SocketTimeoutException listening) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static Socket connected(int port, @Nullable SSLSocketFactory tls) throws IOException {
        var address = InetAddress.getLoopbackAddress();
        return tls == null ? new Socket(address, port) : tls.createSocket(address, port);
    }

    private static String done(SimulatedDirector director, long task, String state) throws Exception {
        var ended = director.api().ended(task);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo(state);
        return ended.path("result").asText();
    }
}
