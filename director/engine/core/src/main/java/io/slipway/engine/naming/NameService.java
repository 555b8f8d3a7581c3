package io.slipway.engine.naming;

import io.slipway.engine.BlobLinks;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.agent.AgentWatch;
import io.slipway.engine.state.InstanceRows;
import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.dns.DnsTopology;
import io.slipway.store.blob.Blobs;
import io.slipway.store.dns.DnsNumberStore;
import io.slipway.store.dns.DnsNumberStore.Wanted;
import io.slipway.store.dns.DnsVersionStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of instances: gives out their numbers, notices when rows say something new, and has that published and sent to
 * agents, well within a second. Bursts become few versions, and fewer the longer they last and the more agents there are;
 * what one director failed to publish, because it died or something was not to be had, is published by the next look at
 * all rows.
 */
public final class NameService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NameService.class);
    /** What changes together is often written within this time. */
    private static final long GATHER_MILLIS = 40;

    private static final long LEAST_PAUSE_MILLIS = 150;
    private static final long MOST_PAUSE_MILLIS = 900;
    /** All agents fetch every version: with many of them, versions come less often. */
    private static final long BYTES_PER_MILLI = 50_000;

    /** What one agent's fetch costs this process and its own, however little it fetches. */
    private static final long MILLIS_PER_AGENT = 5;

    /** After so many versions one after the other, as in a large deploy, their cost counts more than a second's delay. */
    private static final int STORM = 4;

    private static final long MOST_STORM_PAUSE_MILLIS = 5_000;

    /** For this long, agents that are slow are waited for. */
    private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long RETRY_MILLIS = 2_000;
    private static final long LISTEN_MILLIS = 500;
    private static final long LOOK_SECONDS = 30;

    private final DnsNumberStore numbers;
    private final DnsVersionStore versions;
    private final NamePublisher publisher;
    private final AgentSync agents;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("names").factory());
    private final Map<String, NameFacts> seen = new ConcurrentHashMap<>();
    private final AtomicBoolean isDue = new AtomicBoolean();
    private volatile long nextAtNanos = System.nanoTime();
    private Published announced = Published.NONE;
    private int inARow;

    /** @param rows all instances' */
    public NameService(
            DnsNumberStore numbers,
            DnsVersionStore versions,
            Blobs blobs,
            BlobLinks links,
            Supplier<List<InstanceRow>> rows) {
        this.numbers = numbers;
        this.versions = versions;
        publisher = new NamePublisher(numbers, versions, blobs, rows);
        agents = new AgentSync(
                links,
                retry -> worker.schedule(retry, RETRY_MILLIS, TimeUnit.MILLISECONDS),
                UUID.randomUUID().toString().substring(0, 8));
    }

    /** Begins to publish. */
    public void start() {
        due();
        worker.scheduleWithFixedDelay(this::listen, LISTEN_MILLIS, LISTEN_MILLIS, TimeUnit.MILLISECONDS);
        worker.scheduleWithFixedDelay(this::due, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** To be told of agents' streams. */
    public AgentWatch agents() {
        return agents;
    }

    /** To be told of instances' rows. */
    public InstanceRows.Listener rows() {
        return new InstanceRows.Listener() {
            @Override
            public void written(InstanceRow row) {
                noticed(row);
            }

            @Override
            public void gone(String instanceId) {
                noticedEndOf(instanceId);
            }
        };
    }

    /** All numbers; what the topology names has some from now on. Blocks. */
    public DnsNames number(DnsTopology topology) {
        return new DnsNames(numbers.numbered(wanted(topology)));
    }

    /** All numbers; what the topology names has some that nobody has, and nobody keeps. Blocks. */
    public DnsNames preview(DnsTopology topology) {
        return new DnsNames(numbers.previewed(wanted(topology)));
    }

    private static Wanted wanted(DnsTopology topology) {
        var groups = new HashSet<DnsGroup>();
        topology.links().forEach((group, links) -> {
            groups.add(DnsGroup.ofInstances(topology.deployment(), group));
            links.forEach(link -> groups.add(new DnsGroup(DnsGroup.Kind.LINK, topology.deployment(), link)));
        });
        return new Wanted(topology.azs(), topology.networks(), groups, topology.instances());
    }

    /** From now on the groups of a deployment provide what the topology says. Blocks. */
    public void describe(DnsTopology topology) {
        versions.describe(topology.deployment(), GroupDescription.of(topology).json());
        due();
    }

    /** A deployment is gone. Blocks. */
    public void forget(String deployment) {
        versions.forget(deployment);
        due();
    }

    void noticed(InstanceRow row) {
        var facts = NameFacts.of(row);
        if (!facts.equals(seen.put(row.id(), facts))) {
            due();
        }
    }

    void noticedEndOf(String instanceId) {
        seen.remove(instanceId);
        numbers.forgetInstance(instanceId);
        due();
    }

    private void due() {
        if (isDue.compareAndSet(false, true)) {
            long wait = TimeUnit.NANOSECONDS.toMillis(nextAtNanos - System.nanoTime());
            try {
                worker.schedule(this::publish, Math.max(GATHER_MILLIS, wait), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closed) {
                LOG.debug("names are not published any more: this director stops");
            }
        }
    }

    private void publish() {
        if (agents.isBusy() && System.nanoTime() < nextAtNanos + BUSY_NANOS) {
            worker.schedule(this::publish, LEAST_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        isDue.set(false);
        boolean wasQuiet = System.nanoTime() - nextAtNanos > TimeUnit.MILLISECONDS.toNanos(MOST_PAUSE_MILLIS);
        inARow = wasQuiet ? 0 : inARow + 1;
        try {
            announce(publisher.publish());
        } catch (IOException | RuntimeException failure) {
            if (worker.isShutdown()) {
                LOG.debug("names are published by the director that starts next: {}", failure.toString());
                return;
            }
            LOG.error("names of instances could not be published and will be: {}", failure.getMessage(), failure);
            nextAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
            due();
        }
    }

    /** Another director may have published. */
    private void listen() {
        try {
            announce(publisher.latest());
        } catch (RuntimeException failure) {
            LOG.warn("the versions of names cannot be read: {}", failure.getMessage());
        }
    }

    private void announce(Published published) {
        if (published.isNewerThan(announced)) {
            long millis =
                    agents.listening() * (MILLIS_PER_AGENT * BYTES_PER_MILLI + published.sizeBytes()) / BYTES_PER_MILLI;
            long most = inARow < STORM ? MOST_PAUSE_MILLIS : MOST_STORM_PAUSE_MILLIS;
            nextAtNanos =
                    System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.clamp(millis, LEAST_PAUSE_MILLIS, most));
            announced = published;
            agents.announce(published);
            LOG.debug(
                    "names of instances: version {}, health {}",
                    published.records().number(),
                    published.health().number());
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
