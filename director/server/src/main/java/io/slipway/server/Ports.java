package io.slipway.server;

import io.slipway.engine.Engine;
import io.slipway.engine.agent.AgentCertificates;
import io.slipway.engine.agent.AgentDirectory;
import io.slipway.engine.agent.AgentGateway;
import io.slipway.engine.naming.NameService;
import io.slipway.http.DirectorApi;
import io.slipway.http.HttpServer;
import io.slipway.secrets.certificate.DirectorCa;
import io.slipway.secrets.certificate.Issued;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** The two ports of a director: for clients, and for agents. */
final class Ports {
    /** What agents know every director by, wherever it is. */
    static final String AGENT_FACING_NAME = "director.slipway.internal";

    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    private Ports() {}

    /** Where agents dial. */
    static Listeners listenForAgents(
            ServerSettings settings, DirectorCa ca, Engine engine, AgentDirectory agents, NameService naming)
            throws IOException {
        var certificate = ca.issueServer(AGENT_FACING_NAME, List.of(AGENT_FACING_NAME), List.of());
        return Listeners.start(
                "the gateway of agents",
                settings.agentAddresses(),
                address -> AgentGateway.start(
                        engine.system(),
                        agents,
                        engine.sessions(),
                        naming.agents(),
                        (agentId, pkcs10) -> new AgentCertificates.Renewed(ca.renewAgent(agentId, pkcs10), ca.caPem()),
                        new AgentGateway.GatewaySettings(
                                address,
                                settings.agentPort(),
                                certificate.certificatePem(),
                                certificate.privateKeyPem(),
                                ca.caPem(),
                                settings.uuid(),
                                settings.agentEndpoints(),
                                addressOf(settings.blobsBaseUrl()),
                                HEARTBEAT)));
    }

    /** A base URL without its path. */
    private static String addressOf(String baseUrl) {
        var url = URI.create(baseUrl);
        return url.getScheme() + "://" + url.getAuthority();
    }

    /** The API; fails where none of its addresses is there. */
    static Listeners listenForClients(
            ServerSettings settings, DirectorCa ca, Issued certificate, Engine engine, DirectorApi api)
            throws IOException {
        var listeners = Listeners.start(
                "the API",
                settings.bindAddresses(),
                address -> HttpServer.start(
                        engine.system(),
                        new HttpServer.HttpSettings(
                                address, settings.port(), certificate.certificatePem(), certificate.privateKeyPem()),
                        api));
        if (!listeners.isListening()) {
            listeners.close();
            throw new IOException("none of bind.addresses " + settings.bindAddresses()
                    + " is an address of this machine: the API needs one that is there when the director starts");
        }
        writeForClients(settings, ca.caPem());
        return listeners;
    }

    /** A certificate is no secret: where it is put outside of the data directory, clients can read it. */
    private static void writeForClients(ServerSettings settings, String caPem) throws IOException {
        Path file = settings.caFile().toAbsolutePath().normalize();
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Files.writeString(file, caPem);
        if (!file.startsWith(settings.dataDirectory().toAbsolutePath().normalize())) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }
}
