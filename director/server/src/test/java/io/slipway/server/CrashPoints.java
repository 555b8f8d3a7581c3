package io.slipway.server;

import io.slipway.engine.compile.CompileEvent;
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
 * What is stopped is the one instance of a deployment, or the compilation of a package, by their names.
 */
final class CrashPoints implements Extension {
    private final Map<String, String> subjectOf = new ConcurrentHashMap<>();
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

    /** The instance of this deployment, or this package, stops at its n-th write from now on, counted from 1. */
    void stop(String subject, int nth, Moment moment) {
        count(subject);
        points.put(subject, new Point(nth, moment));
    }

    /** Begins to count its writes. */
    void count(String subject) {
        writes.put(subject, new AtomicInteger());
    }

    int written(String subject) {
        var count = writes.get(subject);
        return count == null ? 0 : count.get();
    }

    boolean isStopped(String subject) {
        var point = points.get(subject);
        return point != null && written(subject) >= point.nth();
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
            subjectOf.put(persistenceId, set.goal().spec().deployment());
        } else if (event instanceof CompileEvent.Requested requested) {
            subjectOf.put(persistenceId, requested.request().name());
        }
        String subject = subjectOf.get(persistenceId);
        var count = subject == null ? null : writes.get(subject);
        if (subject == null || count == null) {
            return Fate.DONE;
        }
        int nth = count.incrementAndGet();
        var point = points.get(subject);
        if (point == null || nth < point.nth()) {
            return Fate.DONE;
        }
        return nth == point.nth() && point.moment() == Moment.AFTER ? Fate.DONE_UNANSWERED : Fate.LOST;
    }
}
