package io.slipway.engine.deployment;

import io.slipway.engine.Deployments.DeployRequest;
import io.slipway.engine.Fence;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner.TaskWork;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.deployment.DeploymentCommand.LookReply;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.engine.rollout.DeployRun;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.run.RunJournal;
import io.slipway.engine.run.RunStart;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * A deploy that is only looked at. It waits a little for what was asked of its deployment before, as BOSH waits for its lock:
 * it holds a worker, which others need to come to their end. Then it plans as a deploy does, and neither journals nor stores
 * anything.
 */
final class DryRun implements TaskWork {
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** BOSH has no number for it. */
    private static final int LOCKED = 100;

    private static final RunJournal NO_JOURNAL = new RunJournal() {
        @Override
        public PinnedPlan pin(PinnedPlan plan) {
            throw new IllegalStateException("a dry run pins nothing");
        }

        @Override
        public void record(List<Member> members) {
            throw new IllegalStateException("a dry run records no members");
        }

        @Override
        public void recordRemoval(String instanceId) {
            throw new IllegalStateException("a dry run removes no member");
        }

        @Override
        public void note(String what, String outcome) {
            throw new IllegalStateException("a dry run notes nothing");
        }
    };

    private final ClusterSharding sharding;
    private final DeployRun deploys;
    private final DeployRequest request;
    private final Stop stop;

    DryRun(ClusterSharding sharding, DeployRun deploys, DeployRequest request, Stop stop) {
        this.sharding = sharding;
        this.deploys = deploys;
        this.request = request;
        this.stop = stop;
    }

    @Override
    public String run(TaskLog log) throws Exception {
        var manifest = request.manifest();
        var seen = seen(log);
        var start = new RunStart(seen.accepted(), seen.members(), null, Set.of(), Map.of());
        var run = new Run(request.deployment(), 0, Fence.NONE, log, stop, NO_JOURNAL, start);
        log.result(deploys.preview(
                run, request.recreate(), request.fix(), request.options(), manifest == null ? "" : manifest.yaml()));
        return "/deployments/" + request.deployment();
    }

    private DeploymentCommand.Standing seen(TaskLog log) throws RunFailed {
        var deployment = sharding.entityRefFor(DeploymentEntity.KEY, request.deployment());
        long before = Long.MAX_VALUE;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long task = before;
            LookReply reply = Ask.untilAnswered(
                    stop,
                    () -> deployment.<LookReply>ask(replyTo -> new DeploymentCommand.Look(task, replyTo), Ask.SILENCE));
            switch (reply) {
                case DeploymentCommand.Standing seen -> {
                    return seen;
                }
                case DeploymentCommand.Busy busy -> {
                    before = Math.min(before, busy.lastTask() + 1);
                    if (System.nanoTime() > deadline) {
                        throw new RunFailed(
                                LOCKED,
                                "Failed to acquire lock for lock:deployment:" + request.deployment()
                                        + ", locking task id is " + busy.lastTask() + ": ask again when it has ended");
                    }
                }
            }
            if (log.isCancelled()) {
                throw RunFailed.cancelled(0);
            }
            stop.pause(PAUSE);
        }
    }
}
