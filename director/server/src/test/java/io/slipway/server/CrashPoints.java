package io.slipway.server;

import io.slipway.engine.instance.InstanceEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.actor.ExtensionIdProvider;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * Where entities of one actor system stop for good, as if the process had died under them: before a write to the journal,
 * so that what they did is not known, or after it, so that they do not do what follows. {@link CrashingJournal} asks here.
 * Each deployment has one instance, and that is what is stopped.
 */
final class CrashPoints implements Extension {
    private final Map<String, String> deploymentOf = new ConcurrentHashMap<>();
    private final Map<String, Point> points = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> writes = new ConcurrentHashMap<>();
    private volatile boolean isCut;

    /** Which moment of a write. */
    enum Moment {
        BEFORE,
        AFTER
    }

    /** What becomes of a write. */
    enum Fate {
        DONE,
        LOST,
        DONE_UNANSWERED
    }

    private record Point(int nth, Moment moment) {}

    private static final class Id extends AbstractExtensionId<CrashPoints> implements ExtensionIdProvider {
        private static final Id KEY = new Id();

        @Override
        public CrashPoints createExtension(ExtendedActorSystem system) {
            return new CrashPoints();
        }

        @Override
        public Id lookup() {
            return KEY;
        }
    }

    static CrashPoints of(ActorSystem<?> system) {
        return of(system.classicSystem());
    }

    static CrashPoints of(org.apache.pekko.actor.ActorSystem system) {
        return Id.KEY.get(system);
    }

    /** The instance of this deployment stops at its n-th write from now on, counted from 1. */
    void stop(String deployment, int nth, Moment moment) {
        count(deployment);
        points.put(deployment, new Point(nth, moment));
    }

    /** Begins to count the writes of the deployment's instance. */
    void count(String deployment) {
        writes.put(deployment, new AtomicInteger());
    }

    int written(String deployment) {
        var count = writes.get(deployment);
        return count == null ? 0 : count.get();
    }

    boolean isStopped(String deployment) {
        var point = points.get(deployment);
        return point != null && written(deployment) >= point.nth();
    }

    /** Nothing is written any more. */
    void cutAll() {
        isCut = true;
    }

    Fate fateOf(String persistenceId, @Nullable Object event) {
        if (isCut) {
            return Fate.LOST;
        }
        if (event instanceof InstanceEvent.GoalSet set) {
            deploymentOf.put(persistenceId, set.goal().spec().deployment());
        }
        String deployment = deploymentOf.get(persistenceId);
        var count = deployment == null ? null : writes.get(deployment);
        if (deployment == null || count == null) {
            return Fate.DONE;
        }
        int nth = count.incrementAndGet();
        var point = points.get(deployment);
        if (point == null || nth < point.nth()) {
            return Fate.DONE;
        }
        return nth == point.nth() && point.moment() == Moment.AFTER ? Fate.DONE_UNANSWERED : Fate.LOST;
    }
}
