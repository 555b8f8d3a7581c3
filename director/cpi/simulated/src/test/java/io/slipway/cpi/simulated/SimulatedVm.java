package io.slipway.cpi.simulated;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.agent.core.kit.BlobServer;
import io.slipway.agent.core.kit.Conversation;
import io.slipway.agent.core.kit.FakeDirector;
import io.slipway.agent.core.kit.TestAuthority;
import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.conformance.TinyTgz;
import io.slipway.cpi.simulated.agent.AgentTimings;
import io.slipway.cpi.simulated.agent.SimulatedAgent;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.JobSpec;
import io.slipway.protocol.agent.v1.StartJobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One VM of a simulated infrastructure with a director and a blob server that listen to it. */
final class SimulatedVm implements AutoCloseable {
    static final String AGENT = "i-web-1";
    private static final Duration SHORT = Duration.ofMillis(300);

    final TestAuthority authority = new TestAuthority();
    final FakeDirector server;
    final Conversation director;
    final BlobServer blobs;
    private final Path directory;
    private final SimulatedSettings settings;
    SimulatedCpi cpi;
    String cid = "";

    SimulatedVm(Path directory) throws IOException {
        this(directory, Duration.ofMillis(50));
    }

    SimulatedVm(Path directory, Duration jobStart) throws IOException {
        this.directory = directory;
        server = new FakeDirector(authority);
        director = server.with(AGENT);
        blobs = new BlobServer(authority);
        settings = new SimulatedSettings(
                Duration.ZERO,
                new AgentTimings(Duration.ZERO, jobStart, Duration.ZERO, SHORT),
                DataSize.ofMebibytes(1024),
                true);
        cpi = SimulatedCpi.open(directory, settings, new Faults());
    }

    /** Creates the VM and awaits its first hello. */
    Hello boot() throws IOException {
        create();
        return director.hello(1);
    }

    void create() throws IOException {
        create(settings(AGENT));
    }

    void create(AgentSettings agent) throws IOException {
        cid = cpi.createVm(request(cpi, agent, 0)).cid();
    }

    AgentSettings settings(String agentId) {
        return settings(agentId, Duration.ofHours(1));
    }

    AgentSettings settings(String agentId, Duration certificateLeft) {
        return settings(server, authority, agentId, certificateLeft);
    }

    static AgentSettings settings(FakeDirector server, TestAuthority authority, String agentId, Duration left) {
        return new AgentSettings(
                agentId,
                List.of(server.endpoint()),
                FakeDirector.NAME,
                authority.pem(),
                authority.certificatePem(agentId, left),
                authority.leafKeyPem(),
                "");
    }

    static VmRequest request(SimulatedCpi cpi, AgentSettings agent, int n) throws IOException {
        Path image = Files.createTempFile("image", "");
        try {
            return request(cpi.createStemcell(image, Map.of()), agent, n);
        } finally {
            Files.delete(image);
        }
    }

    static VmRequest request(String stemcell, AgentSettings agent, int n) {
        return new VmRequest(
                agent.agentId(),
                stemcell,
                Map.of(),
                List.of(network(n)),
                List.of(),
                agent,
                Map.of("instance_group", "web", "index", Integer.toString(n)));
    }

    static VmNetwork network(int n) {
        return new VmNetwork(
                "default",
                "manual",
                "10.0." + (n / 250) + "." + (2 + n % 250),
                16,
                "10.0.0.1",
                List.of(),
                List.of("dns", "gateway"),
                Map.of());
    }

    /** The process of the infrastructure ends and another one takes over. */
    void reopen() throws IOException {
        reopen(() -> {});
    }

    /** Something happens to the files between. */
    void reopen(Meanwhile meanwhile) throws IOException {
        cpi.close();
        meanwhile.happens();
        cpi = SimulatedCpi.open(directory, settings, new Faults());
    }

    @FunctionalInterface
    interface Meanwhile {
        void happens() throws IOException;
    }

    /** Changes what the VM's disk remembers, while its infrastructure is closed. */
    void changeAgentState(Consumer<ObjectNode> change) throws IOException {
        var file = directory.resolve("vms").resolve(cid).resolve("agent.json").toFile();
        var json = new JsonMapper();
        var state = (ObjectNode) json.readTree(file);
        change.accept(state);
        json.writeValue(file, state);
    }

    SimulatedAgent agent() {
        return cpi.agent(cid).orElseThrow();
    }

    /** Creates a disk, attaches it, and returns its cid and device. */
    String[] attachedDisk(String key) {
        String disk = cpi.createDisk(key, DataSize.ofMebibytes(1), Map.of(), Optional.empty());
        return new String[] {disk, cpi.attachDisk(cid, disk)};
    }

    /** A job with two processes, a pre-start, a drain script and a {@code run}. */
    ApplySpec spec() {
        var templates = new TinyTgz()
                .file("web/monit", "check process nginx\n  with pidfile /x\ncheck process \"php\"\n")
                .file("web/bin/pre-start", "")
                .file("web/bin/drain", "")
                .file("web/bin/run", "");
        return ApplySpec.newBuilder()
                .setDeployment("shop")
                .setInstanceGroup("web")
                .addJobs(JobSpec.newBuilder().setName("web"))
                .setRenderedTemplates(blobs.blob(templates.bytes()))
                .build();
    }

    CommandResult carryOut(Command.Builder command) {
        return director.carryOut(command);
    }

    void apply(String commandId) {
        carryOut(command(commandId).setApply(Apply.newBuilder().setSpec(spec())));
    }

    void applyAndStart() {
        apply("apply");
        carryOut(command("start").setStartJobs(StartJobs.getDefaultInstance()));
        director.beat(1, "running");
    }

    static Command.Builder command(String id) {
        return Command.newBuilder().setId(id);
    }

    @Override
    public void close() throws Exception {
        cpi.close();
        server.close();
        blobs.close();
    }
}
