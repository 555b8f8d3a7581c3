package io.slipway.engine.ssh;

import io.slipway.engine.Audit;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.model.yaml.Yaml;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Ssh;
import io.slipway.protocol.agent.v1.SshResult;
import io.slipway.protocol.agent.v1.Success;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Has agents make and remove accounts. They go by themselves after a while, should nobody remove them. */
public final class SshService {
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final Duration TIMEOUT = Duration.ofSeconds(45);
    private static final int NO_VM = 70004;
    private static final int AGENT_FAILED = 450001;

    private final TaskRunner tasks;
    private final Deployments deployments;
    private final InstanceAgents agents;
    private final Audit audit;
    private final Clock clock;

    public SshService(TaskRunner tasks, Deployments deployments, InstanceAgents agents, Audit audit, Clock clock) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.agents = agents;
        this.audit = audit;
        this.clock = clock;
    }

    /** Has agents make an account; the task's result is a JSON list with an object for each instance. */
    public CompletionStage<Long> setUp(
            String deployment, List<InstanceFilter> targets, String user, String publicKey, Requester requester) {
        var order = Ssh.newBuilder()
                .setAction(Ssh.Action.SETUP)
                .setUser(user)
                .setPublicKey(publicKey)
                .setExpiresAtMillis(clock.instant().plus(LIFETIME).toEpochMilli());
        return run("ssh: setup", deployment, targets, order, requester);
    }

    /** Has agents remove the accounts whose names match a regular expression. */
    public CompletionStage<Long> cleanUp(
            String deployment, List<InstanceFilter> targets, String userPattern, Requester requester) {
        var order = Ssh.newBuilder().setAction(Ssh.Action.CLEANUP).setUserPattern(userPattern);
        return run("ssh: cleanup", deployment, targets, order, requester);
    }

    private CompletionStage<Long> run(
            String description,
            String deployment,
            List<InstanceFilter> targets,
            Ssh.Builder order,
            Requester requester) {
        var rows = deployments.instances(deployment).stream()
                .filter(row -> !row.vmCid().isEmpty())
                .filter(row -> targets.stream().anyMatch(target -> target.matches(row)))
                .toList();
        if (rows.isEmpty()) {
            throw RequestRefused.invalid(
                    NO_VM, "No instance with a VM in deployment '" + deployment + "' matched filter " + targets);
        }
        return tasks.runUrgent(TaskKind.SSH, description, deployment, requester, log -> {
            var results = new ArrayList<Map<String, Object>>();
            for (InstanceRow row : rows) {
                audit.record(new Audit.Fact(
                        "ssh-" + UUID.randomUUID(),
                        requester.user(),
                        requester.client(),
                        description.substring("ssh: ".length()) + " ssh",
                        "instance",
                        row.group() + "/" + row.id(),
                        "",
                        deployment,
                        row.group() + "/" + row.id(),
                        "",
                        Map.of("user", order.getUser() + order.getUserPattern())));
                results.add(ask(row, order, log));
            }
            log.result(Yaml.canonicalJson(results) + "\n");
            return "";
        });
    }

    private Map<String, Object> ask(InstanceRow row, Ssh.Builder order, TaskLog log) throws Exception {
        var result = agents.call(row.id(), Command.newBuilder().setSsh(order), TIMEOUT, log::isCancelled);
        if (!result.succeeded()) {
            throw RequestRefused.failed(AGENT_FAILED, "Action 'ssh' failed: " + result.failure());
        }
        SshResult account = Success.parseFrom(result.success()).getSsh();
        boolean isSetup = order.getAction() == Ssh.Action.SETUP;
        var shape = new LinkedHashMap<String, Object>();
        shape.put("command", isSetup ? "setup" : "cleanup");
        shape.put("status", "success");
        if (isSetup) {
            shape.put(
                    "ip", row.ips().isEmpty() ? account.getAddress() : row.ips().getFirst());
            shape.put("host_public_key", account.getHostPublicKey());
        }
        shape.put("id", row.id());
        shape.put("index", row.index());
        shape.put("job", row.group());
        return shape;
    }
}
