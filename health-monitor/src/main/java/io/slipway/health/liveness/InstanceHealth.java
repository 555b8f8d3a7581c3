package io.slipway.health.liveness;

import io.slipway.health.resurrection.Attempts;
import io.slipway.health.resurrection.ResurrectionSettings;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance.
 *
 * @param sight as its row was read last
 * @param line the stream of its agent that was heard of last; null for none
 * @param downSince since when it is down without a break; null where it is not, or nobody looks
 * @param upSince since when it is well without a break
 * @param lastDown when it was last found dead
 * @param verdict of the infrastructure on its present VM
 * @param judgedAt when that was given, or asked for
 * @param task the last that was to make its VM anew; zero for none
 * @param jobs what is known of its jobs besides
 */
public record InstanceHealth(
        InstanceSight sight,
        @Nullable Line line,
        @Nullable Instant downSince,
        @Nullable Instant upSince,
        @Nullable Instant lastDown,
        Verdict verdict,
        @Nullable Instant judgedAt,
        Attempts attempts,
        long task,
        JobsHealth jobs) {

    /** Rows are written moments after what they tell of; for so long, what was heard of streams counts more. */
    private static final Duration ROWS_LAG = Duration.ofSeconds(2);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    /** A question that nobody answers is asked again. */
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);

    /** A stream of the present VM's agent, open or broken, and since when. */
    public record Line(String stream, boolean isOpen, Instant at) {}

    static InstanceHealth of(InstanceSight sight) {
        return new InstanceHealth(sight, null, null, null, null, Verdict.NONE, null, Attempts.NONE, 0, JobsHealth.NONE);
    }

    /** As it is seen now. Of another VM than before, nothing is known yet but how often it had to be made anew. */
    InstanceHealth seen(InstanceSight now, Instant at, ResurrectionSettings settings) {
        boolean isSameVm = now.agentId().equals(sight.agentId()) && now.vmCid().equals(sight.vmCid());
        var known = isSameVm
                ? this
                : new InstanceHealth(
                        now, null, null, null, lastDown, Verdict.NONE, null, attempts, task, JobsHealth.NONE);
        var seenJobs = known.jobs.seen(now, at);
        if (!now.isWatched()) {
            return new InstanceHealth(
                    now, known.line, null, null, lastDown, Verdict.NONE, null, known.attempts, task, seenJobs);
        }
        boolean isDown = now.vmCid().isEmpty() || !known.isHeardOf(now, at);
        return new InstanceHealth(
                        now,
                        known.line,
                        isDown ? earlier(known.downSince, at) : null,
                        isDown ? null : earlier(known.upSince, at),
                        lastDown,
                        isDown ? known.verdict : Verdict.NONE,
                        isDown ? known.judgedAt : null,
                        known.attempts,
                        task,
                        seenJobs)
                .forgettingDeaths(at, settings)
                .counted(at, settings);
    }

    private boolean isHeardOf(InstanceSight now, Instant at) {
        return line != null && line.at().plus(ROWS_LAG).isAfter(at) ? line.isOpen() : now.isConnected();
    }

    private static Instant earlier(@Nullable Instant known, Instant at) {
        return known == null ? at : known;
    }

    private InstanceHealth forgettingDeaths(Instant at, ResurrectionSettings settings) {
        boolean isStable = upSince != null && !upSince.plus(settings.stable()).isAfter(at);
        return isStable && attempts.count() > 0
                ? new InstanceHealth(
                        sight, line, downSince, upSince, lastDown, verdict, judgedAt, Attempts.NONE, task, jobs)
                : this;
    }

    private InstanceHealth counted(Instant at, ResurrectionSettings settings) {
        return isDead(at, settings)
                ? new InstanceHealth(sight, line, downSince, upSince, at, verdict, judgedAt, attempts, task, jobs)
                : this;
    }

    InstanceHealth opened(String stream, Instant at) {
        return new InstanceHealth(
                sight,
                new Line(stream, true, at),
                null,
                sight.isWatched() ? earlier(upSince, at) : null,
                lastDown,
                Verdict.NONE,
                null,
                attempts,
                task,
                jobs);
    }

    /** Whether a stream that ended was the one that counts: an older one may end late. */
    boolean isOver(String stream) {
        return line == null || line.stream().equals(stream) || !line.isOpen();
    }

    InstanceHealth broke(String stream, Instant at) {
        return new InstanceHealth(
                sight,
                new Line(stream, false, at),
                sight.isWatched() ? earlier(downSince, at) : null,
                null,
                lastDown,
                verdict,
                judgedAt,
                attempts,
                task,
                jobs);
    }

    InstanceHealth asked(Instant at) {
        return new InstanceHealth(sight, line, downSince, upSince, lastDown, Verdict.ASKED, at, attempts, task, jobs);
    }

    InstanceHealth judged(Verdict now, Instant at) {
        return new InstanceHealth(sight, line, downSince, upSince, lastDown, now, at, attempts, task, jobs);
    }

    InstanceHealth repairAsked(Instant at) {
        return new InstanceHealth(
                sight, line, downSince, upSince, lastDown, verdict, judgedAt, attempts.askedAt(at), 0, jobs);
    }

    InstanceHealth queued(long number) {
        return new InstanceHealth(sight, line, downSince, upSince, lastDown, verdict, judgedAt, attempts, number, jobs);
    }

    /** Whether it is to run and is not heard of. */
    public boolean isDown() {
        return downSince != null;
    }

    public boolean isDownFor(Duration grace, Instant at) {
        return downSince != null && !downSince.plus(grace).isAfter(at);
    }

    /** Whether the infrastructure should be asked about its VM now. */
    boolean isToBeAskedAbout(Instant at, ResurrectionSettings settings) {
        if (!isDown() || sight.vmCid().isEmpty() || verdict.isDead()) {
            return false;
        }
        if (judgedAt == null) {
            boolean isBroken = line != null && !line.isOpen();
            return isBroken || isDownFor(settings.lostGrace(), at);
        }
        return !judgedAt.plus(verdict == Verdict.ASKED ? LONGEST_ANSWER : pause(settings))
                .isAfter(at);
    }

    /**
     * Between an answer that the VM is there and the next question: an infrastructure may hear of a death later than we do, so
     * first it is asked soon again.
     */
    Duration pause(ResurrectionSettings settings) {
        if (downSince == null || judgedAt == null) {
            return settings.interval();
        }
        Duration soFar = Duration.between(downSince, judgedAt);
        Duration pause = soFar.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : soFar;
        return pause.compareTo(settings.interval()) < 0 ? pause : settings.interval();
    }

    /** Whether its VM is to be made anew. One that is there and on gets a longer time to be heard of again. */
    public boolean isDead(Instant at, ResurrectionSettings settings) {
        if (sight.vmCid().isEmpty()) {
            return isDownFor(settings.lostGrace(), at);
        }
        return isDown() && (verdict.isDead() || isDownFor(settings.unresponsiveGrace(), at));
    }
}
