package io.slipway.server;

import io.slipway.engine.compile.CompileEvent;
import io.slipway.engine.deployment.DeploymentEvent;
import io.slipway.engine.instance.InstanceEvent;
import io.slipway.engine.task.TaskEvent;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.actor.ExtensionIdProvider;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Where entities of one actor system stop for good, as if the process had died under them: before a write to the journal,
 * so that what they did is not known, or after it, so that they do not do what follows. {@link CrashingJournal} asks here.
 *
 * <p>What is stopped, a subject, is all that works for one deployment, by its name: its entity, its tasks, its instances,
 * and the compilation of a package of the same name. A block of addresses that is its alone has to be named, too.
 */
final class CrashPoints implements Extension {
    private final Map<String, String> subjectOf = new ConcurrentHashMap<>();
    private final Map<String, Point> points = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> writes = new ConcurrentHashMap<>();
    private final Map<String, Stop> stops = new ConcurrentHashMap<>();
    private final Queue<Written> all = new ConcurrentLinkedQueue<>();
    private volatile boolean isCut;

    /** An event that was to be journaled. */
    record Written(String persistenceId, Object event, Fate fate) {
        boolean isKept() {
            return fate != Fate.LOST;
        }
    }

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

    /** The write at which a subject stopped. */
    record Stop(String entity, Class<?> event) {}

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
        return stops.containsKey(subject);
    }

    /** Where those that are stopped were. */
    List<Stop> stops() {
        return List.copyOf(stops.values());
    }

    /** What this entity does is done for this subject, too. */
    void assign(String persistenceId, String subject) {
        subjectOf.put(persistenceId, subject);
    }

    /** All that was written or lost, in its order, also where its journal is gone by now. */
    List<Written> all() {
        return List.copyOf(all);
    }

    void wrote(String persistenceId, Object event, Fate fate) {
        all.add(new Written(persistenceId, event, fate));
    }

    /** Nothing is written any more. */
    void cutAll() {
        isCut = true;
    }

    Fate fateOf(String persistenceId, Object event) {
        if (isCut) {
            return Fate.LOST;
        }
        String told = subjectOf(persistenceId, event);
        if (!told.isEmpty()) {
            subjectOf.put(persistenceId, told);
        }
        String subject = subjectOf.getOrDefault(persistenceId, "");
        var count = writes.get(subject);
        if (count == null) {
            return Fate.DONE;
        }
        int nth = count.incrementAndGet();
        var point = points.get(subject);
        if (point == null || nth < point.nth()) {
            return Fate.DONE;
        }
        if (nth > point.nth()) {
            return Fate.LOST;
        }
        stops.put(subject, new Stop(persistenceId.substring(0, persistenceId.indexOf('|')), event.getClass()));
        return point.moment() == Moment.AFTER ? Fate.DONE_UNANSWERED : Fate.LOST;
    }

    /** Empty where the event does not tell. */
    private static String subjectOf(String persistenceId, Object event) {
        return switch (event) {
            case InstanceEvent.GoalSet set -> set.goal().spec().deployment();
            case CompileEvent.Requested requested -> requested.request().name();
            case TaskEvent.Created created -> created.deployment();
            case DeploymentEvent of -> persistenceId.substring(persistenceId.indexOf('|') + 1);
            default -> "";
        };
    }
}
