package io.slipway.engine.instance;

import io.slipway.engine.instance.InstanceState.Jobs;
import io.slipway.engine.instance.InstanceState.Pending;
import java.util.function.UnaryOperator;

/** What the success of an agent's command changes in an instance's state. */
final class CommandEffect {
    private CommandEffect() {}

    static InstanceState of(InstanceState before, Pending done) {
        var state = before.withPending(null);
        String agent = state.vm() == null ? "" : state.vm().agentId();
        String hash = done.specHash();
        return switch (done.act()) {
            case PREPARE -> prepared(state, done);
            case APPLY -> state.withJobs(jobs -> phases(jobs, jobs.prepared(), hash, jobs.preStarted()));
            case PRE_START -> state.withJobs(jobs -> phases(jobs, jobs.prepared(), jobs.applied(), hash));
            case START -> state.withJobs(jobs -> runs(jobs, hash, "", ""));
            case POST_START -> state.withJobs(jobs -> runs(jobs, jobs.started(), jobs.running(), hash));
            case POST_DEPLOY ->
                state.withJobs(jobs -> new Jobs(
                        jobs.prepared(),
                        jobs.applied(),
                        jobs.preStarted(),
                        jobs.started(),
                        jobs.running(),
                        jobs.postStarted(),
                        state.goal() == null ? "" : state.goal().key(),
                        0));
            case PRE_STOP -> state.withJobs(stopping(1));
            case DRAIN -> state.withJobs(stopping(2));
            case STOP -> state.withJobs(stopping(3));
            case POST_STOP -> state.withJobs(jobs -> new Jobs(jobs.prepared(), jobs.applied(), "", "", "", "", "", 0));
            case MOUNT_DISK -> state.withDisks(on(done.subject(), disk -> mounted(disk, agent, disk.role())));
            case UNMOUNT_DISK -> state.withDisks(on(done.subject(), disk -> mounted(disk, "", disk.role())));
            case ADD_DISK -> state.withDisks(on(done.subject(), disk -> added(disk, agent)));
            case REMOVE_DISK -> state.withDisks(on(done.subject(), disk -> added(disk, "")));
            case MIGRATE_DISK -> state.withDisks(disk -> disk.name().isEmpty() ? migrated(disk, agent) : disk);
        };
    }

    private static InstanceState prepared(InstanceState state, Pending done) {
        UnaryOperator<Jobs> change = jobs -> phases(jobs, done.specHash(), jobs.applied(), jobs.preStarted());
        var next = state.next();
        return next != null && state.isForNext(done)
                ? state.withNext(next.with(change.apply(next.jobs())), state.generation())
                : state.withJobs(change);
    }

    private static Jobs phases(Jobs jobs, String prepared, String applied, String preStarted) {
        return new Jobs(
                prepared,
                applied,
                preStarted,
                jobs.started(),
                jobs.running(),
                jobs.postStarted(),
                jobs.postDeployedFor(),
                jobs.stopPhase());
    }

    private static Jobs runs(Jobs jobs, String started, String running, String postStarted) {
        return new Jobs(jobs.prepared(), jobs.applied(), jobs.preStarted(), started, running, postStarted, "", 0);
    }

    private static UnaryOperator<Jobs> stopping(int phase) {
        return jobs -> new Jobs(
                jobs.prepared(),
                jobs.applied(),
                jobs.preStarted(),
                jobs.started(),
                jobs.running(),
                jobs.postStarted(),
                jobs.postDeployedFor(),
                phase);
    }

    private static UnaryOperator<PersistentDisk> on(String cid, UnaryOperator<PersistentDisk> change) {
        return disk -> disk.cid().equals(cid) ? change.apply(disk) : disk;
    }

    private static PersistentDisk migrated(PersistentDisk disk, String agent) {
        return switch (disk.role()) {
            case INCOMING -> mounted(disk, agent, PersistentDisk.Role.ACTIVE);
            case ACTIVE, RETIRED -> mounted(disk, "", PersistentDisk.Role.RETIRED);
        };
    }

    private static PersistentDisk mounted(PersistentDisk disk, String agent, PersistentDisk.Role role) {
        return disk.seen(disk.addedBy(), agent, role);
    }

    private static PersistentDisk added(PersistentDisk disk, String agent) {
        return disk.seen(agent, disk.mountedBy(), disk.role());
    }
}
