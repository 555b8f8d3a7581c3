package io.slipway.engine.cluster;

import io.slipway.store.member.MemberStore;
import io.slipway.store.member.MemberStore.Members;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this director a member: of the cluster that is there, and else of one that it founds. The database decides which:
 * nodes that decide by who answers them, as Pekko's seed nodes do, become two clusters when an answer is late. A member says
 * once a second that it lives. One whose generation is over halts.
 *
 * <p>Whether others live is seen from their beats going on, never from a time that was written: the database may have been
 * away for all of them.
 */
public final class Formation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Formation.class);

    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(200);

    /**
     * A member that has not said for so much longer than the patience that it lives has died, or cannot reach the database; one
     * that stood still halts sooner.
     */
    private static final Duration SILENCE_BEYOND_PATIENCE = Duration.ofSeconds(3);

    private static final Duration LAST_BEAT = Duration.ofSeconds(3);
    private static final Duration JOIN_AGAIN = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final MemberStore store;
    private final Settings settings;
    private final Halt halt;
    private final String self;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile long generation;
    private volatile @Nullable Thread beats;

    /**
     * How this director may form a cluster.
     *
     * @param isShared others may use the same database
     * @param isReachable others know where to reach this one
     * @param patience for a director that is silent
     */
    public record Settings(boolean isShared, boolean isReachable, Duration patience) {}

    public Formation(Cluster cluster, MemberStore store, Settings settings, Halt halt) {
        this.cluster = cluster;
        this.store = store;
        this.settings = settings;
        this.halt = halt;
        this.self = cluster.selfMember().address().toString();
    }

    /**
     * Returns once this director is a member. Blocks. Throws what the database throws where that is away.
     *
     * @throws IllegalStateException where others live that could not reach this one, or it does not come to be a member in time
     */
    public void join(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!isUp()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "this director, " + self + ", did not become a member of the cluster of "
                                + store.look().beats().keySet() + " within " + patience.toSeconds()
                                + " s: can each reach the others at their cluster.address and cluster.port?");
            }
            attempt().ifPresent(tried -> generation = tried);
            if (generation > 0) {
                awaitUp();
            }
        }
        beatOnce();
    }

    /** From the moment on at which others could see that this one has founded. */
    private synchronized void beatOnce() {
        if (beats == null) {
            beats = Thread.ofPlatform().daemon().name("member").start(this::beatUntilClosed);
        }
    }

    /** The generation that this director now tries to be a member of; empty where things have changed meanwhile. */
    private Optional<Long> attempt() {
        var before = others(store.look());
        var alive = settings.isShared() ? alive(before) : List.<String>of();
        if (!alive.isEmpty()) {
            if (!settings.isReachable()) {
                throw new IllegalStateException(
                        "other directors use this database: " + alive
                                + ". Give each of them, and this one, cluster.address and cluster.port, by which they reach each other");
            }
            LOG.info("joining the cluster of {}", alive);
            cluster.manager()
                    .tell(new JoinSeedNodes(
                            alive.stream().map(AddressFromURIString::parse).toList()));
            return Optional.of(before.generation());
        }
        var seen = store.look();
        if (!others(seen).equals(before)) {
            return Optional.empty();
        }
        var founded = store.found(self, seen);
        founded.ifPresent(generation -> {
            LOG.info("founding the cluster of generation {}", generation);
            this.generation = generation;
            beatOnce();
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
        });
        return founded;
    }

    private Members others(Members members) {
        var others = new HashMap<>(members.beats());
        others.remove(self);
        return new Members(members.generation(), others);
    }

    /** Those that have said that they live since; waits until one does, or all have been silent for long enough. */
    private List<String> alive(Members before) {
        long end = System.nanoTime()
                + settings.patience().plus(SILENCE_BEYOND_PATIENCE).toNanos();
        while (!before.beats().isEmpty() && System.nanoTime() < end) {
            pause(LOOK);
            var now = store.look();
            var alive = now.beats().entrySet().stream()
                    .filter(one -> !one.getKey().equals(self))
                    .filter(one -> !one.getValue().equals(before.beats().get(one.getKey())))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
            if (!alive.isEmpty() && now.generation() == before.generation()) {
                return alive;
            }
        }
        return List.of();
    }

    private void awaitUp() {
        long end = System.nanoTime() + JOIN_AGAIN.toNanos();
        while (!isUp() && System.nanoTime() < end) {
            pause(Duration.ofMillis(20));
        }
    }

    private boolean isUp() {
        return cluster.selfMember().status() == MemberStatus.up();
    }

    private void beatUntilClosed() {
        boolean isCounted = true;
        do {
            try {
                isCounted = store.beat(self, generation);
            } catch (RuntimeException away) {
                LOG.warn("this director cannot say that it lives: {}", away.getMessage());
            }
        } while (isCounted && !pause(BEAT));
        if (!isCounted) {
            halt.now("the cluster of generation " + generation
                    + ", which it is of, is over: others have founded a new one");
        }
    }

    /** True once this is closed. */
    private boolean pause(Duration duration) {
        try {
            return closing.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** To be called when this director does nothing any more: from then on nobody waits to see whether it lives. */
    @Override
    public void close() {
        if (closing.getCount() == 0) {
            return;
        }
        closing.countDown();
        try {
            var last = beats;
            if (last != null) {
                last.join(LAST_BEAT);
            }
            store.leave(self);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException away) {
            LOG.debug("others will see by its silence that this director has gone: {}", away.toString());
        }
    }
}
