package io.slipway.engine.naming;

import io.slipway.engine.BlobLinks;
import io.slipway.engine.agent.AgentId;
import io.slipway.engine.agent.AgentWatch;
import io.slipway.engine.agent.SessionCommand;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.SyncDns;
import io.slipway.store.dns.DnsVersionStore.Version;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the agents whose streams this node holds at the newest version. An agent has one command at a time: one that is
 * slow skips versions. An agent without jobs has nobody who would ask it for a name, and hears of none until it is told to
 * apply a spec: a thousand VMs that are being made would otherwise fetch every version that each of them gives rise to.
 */
final class AgentSync implements AgentWatch {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSync.class);
    private static final int COMMAND_SECONDS = 60;
    private static final int FEW_AGENTS = 16;

    private final BlobLinks links;
    private final Consumer<Runnable> later;
    private final String run;
    private final AtomicLong commands = new AtomicLong();
    private final Map<ActorRef<SessionCommand>, Agent> agents = new ConcurrentHashMap<>();
    private volatile Published current = Published.NONE;

    /**
     * @param later does something after a pause
     * @param run new for each process: an agent may remember commands of an earlier one
     */
    AgentSync(BlobLinks links, Consumer<Runnable> later, String run) {
        this.links = links;
        this.later = later;
        this.run = run;
    }

    private static final class Agent {
        private final String id;
        private long records;
        private long health;
        private volatile boolean hasJobs;
        private volatile String underWay = "";
        private Published sent = Published.NONE;

        private Agent(String id, Hello hello) {
            this.id = id;
            records = hello.getDnsVersion();
            health = hello.getDnsHealthVersion();
            hasJobs = hello.hasAppliedSpec();
        }
    }

    /** How many agents fetch the versions there are. */
    int listening() {
        return (int) agents.values().stream().filter(agent -> agent.hasJobs).count();
    }

    /** Whether many agents are still at the last version: another one now would only be more for all. */
    boolean isBusy() {
        long underWay = agents.values().stream()
                .filter(agent -> !agent.underWay.isEmpty())
                .count();
        return underWay > Math.max(FEW_AGENTS, listening() / 4);
    }

    /** Tells every agent that is behind. */
    void announce(Published published) {
        current = published;
        agents.forEach((session, agent) -> sendIfBehind(session, agent));
    }

    @Override
    public void connected(AgentId agent, Hello hello, ActorRef<SessionCommand> session) {
        if (agent.owner() == AgentId.Owner.INSTANCE) {
            var connected = new Agent(agent.value(), hello);
            agents.put(session, connected);
            sendIfBehind(session, connected);
        }
    }

    @Override
    public void ordered(ActorRef<SessionCommand> session, Command command) {
        var agent = agents.get(session);
        if (agent != null && command.hasApply() && !agent.hasJobs) {
            agent.hasJobs = true;
            sendIfBehind(session, agent);
        }
    }

    @Override
    public boolean answered(ActorRef<SessionCommand> session, CommandResult result) {
        var agent = agents.get(session);
        if (agent == null) {
            return false;
        }
        synchronized (agent) {
            if (!agent.underWay.equals(result.getCommandId())) {
                return false;
            }
            agent.underWay = "";
            if (result.hasSuccess()) {
                agent.records = Math.max(agent.records, agent.sent.records().number());
                agent.health = Math.max(agent.health, agent.sent.health().number());
            }
        }
        if (result.hasSuccess()) {
            sendIfBehind(session, agent);
        } else {
            LOG.warn(
                    "agent {} did not take DNS records and is told again: {}",
                    agent.id,
                    result.getFailure().getMessage());
            later.accept(() -> {
                if (agents.containsKey(session)) {
                    sendIfBehind(session, agent);
                }
            });
        }
        return true;
    }

    @Override
    public void left(ActorRef<SessionCommand> session) {
        agents.remove(session);
    }

    private void sendIfBehind(ActorRef<SessionCommand> session, Agent agent) {
        synchronized (agent) {
            var news = current;
            boolean isBehind = agent.records < news.records().number()
                    || agent.health < news.health().number();
            if (!isBehind || !agent.hasJobs || !agent.underWay.isEmpty()) {
                return;
            }
            agent.underWay = "dns-" + run + "-" + commands.incrementAndGet();
            agent.sent = news;
            session.tell(new SessionCommand.Send(Command.newBuilder()
                    .setId(agent.underWay)
                    .setTimeoutSeconds(COMMAND_SECONDS)
                    .setSyncDns(order(news))
                    .build()
                    .toByteArray()));
        }
    }

    private SyncDns order(Published news) {
        var order = SyncDns.newBuilder();
        if (news.records().number() > 0) {
            order.setVersion(news.records().number()).setRecords(blob(news.records()));
        }
        if (news.health().number() > 0) {
            order.setHealthVersion(news.health().number()).setHealth(blob(news.health()));
        }
        return order.build();
    }

    private BlobRef blob(Version version) {
        return BlobRef.newBuilder()
                .setUrl(links.download(version.blobSha256()))
                .setSha256(version.blobSha256())
                .setSizeBytes(version.sizeBytes())
                .build();
    }
}
