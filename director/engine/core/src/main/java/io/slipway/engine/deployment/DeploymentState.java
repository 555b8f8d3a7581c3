package io.slipway.engine.deployment;

import io.slipway.engine.JournaledEvent;
import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.engine.request.DeploymentRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as its journal tells it.
 *
 * @param accepted what it is made from; null before a deploy went well
 * @param members its instances, by id
 * @param queue requests in order; the first one is being run where {@code run} is there
 * @param run null where nothing runs
 * @param endings of which somebody is still to be told
 * @param tasksByKey tasks of requests that had a key; the newest hundred
 */
public record DeploymentState(
        @Nullable Accepted accepted,
        List<Member> members,
        List<DeploymentRequest> queue,
        @Nullable RunUnderWay run,
        List<Ending> endings,
        Map<String, Long> tasksByKey)
        implements JournaledEvent {
    static final DeploymentState NONE = new DeploymentState(null, List.of(), List.of(), null, List.of(), Map.of());
    private static final int KEYS_KEPT = 100;

    public DeploymentState {
        members = List.copyOf(members);
        queue = List.copyOf(queue);
        endings = List.copyOf(endings);
    }

    /** Nothing was ever deployed here, or it is all gone, and nobody asked for anything. */
    boolean isUnknown() {
        return accepted == null && members.isEmpty() && queue.isEmpty();
    }

    /** And nobody is to be told anything any more. */
    boolean isForgettable() {
        return isUnknown() && endings.isEmpty();
    }

    /** The request that is next, or is being run. */
    Optional<DeploymentRequest> next() {
        return queue.stream().findFirst();
    }

    /** Whether a run of this epoch is the one under way. */
    boolean isRunning(long epoch) {
        return run != null && run.epoch() == epoch;
    }

    boolean isRunningTask(long task) {
        return run != null && run.task() == task;
    }

    /** Whether a task is queued, run, or ending. */
    boolean knows(long task) {
        return isQueued(task) || endings.stream().anyMatch(ending -> ending.task() == task);
    }

    boolean isQueued(long task) {
        return queue.stream().anyMatch(request -> request.task() == task);
    }

    /** The last of what was asked for before this task and is still to be done. */
    OptionalLong lastBefore(long task) {
        return queue.stream()
                .mapToLong(DeploymentRequest::task)
                .filter(earlier -> earlier < task)
                .max();
    }

    Optional<Ending> ending(long task) {
        return endings.stream().filter(ending -> ending.task() == task).findFirst();
    }

    Optional<Long> taskOf(String key) {
        return key.isEmpty() ? Optional.empty() : Optional.ofNullable(tasksByKey.get(key));
    }

    /** The request of a task that is queued or run. */
    Optional<DeploymentRequest> queued(long task) {
        return queue.stream().filter(request -> request.task() == task).findFirst();
    }

    /** What the run under way goes by, once it has decided. */
    PinnedInputs underWay() {
        return run == null || run.plan() == null
                ? PinnedInputs.NONE
                : Objects.requireNonNull(run.plan()).inputs();
    }

    /** Whether recording these members would change nothing. */
    boolean has(List<Member> recorded) {
        return merged(recorded, (before, after) -> after).equals(members);
    }

    DeploymentState apply(DeploymentEvent event) {
        return switch (event) {
            case DeploymentEvent.Submitted submitted -> submitted(submitted.request());
            case DeploymentEvent.RunStarted started -> with(started(started));
            case DeploymentEvent.PlanPinned pinned -> pinned(pinned.plan());
            case DeploymentEvent.MembersRecorded recorded -> with(merged(recorded.members(), (before, after) -> after));
            case DeploymentEvent.MemberRemoved removed ->
                with(members.stream()
                        .filter(member -> !member.instanceId().equals(removed.instanceId()))
                        .toList());
            case DeploymentEvent.MemberIgnored ignored ->
                with(each(member -> member.instanceId().equals(ignored.instanceId())
                        ? member.ignored(ignored.isIgnored())
                        : member));
            case DeploymentEvent.RunNoted noted -> with(run == null ? null : run.noting(noted.what(), noted.outcome()));
            case DeploymentEvent.RunFinished finished -> finished(finished);
            case DeploymentEvent.Dropped dropped -> dropped(dropped);
            case DeploymentEvent.RunClosed closed ->
                new DeploymentState(
                        accepted,
                        members,
                        queue,
                        run,
                        endings.stream()
                                .filter(ending -> ending.task() != closed.task())
                                .toList(),
                        tasksByKey);
        };
    }

    private DeploymentState submitted(DeploymentRequest request) {
        var longer = new ArrayList<>(queue);
        longer.add(request);
        var keys = new LinkedHashMap<>(tasksByKey);
        String key = request.head().key();
        if (!key.isEmpty()) {
            keys.put(key, request.task());
            if (keys.size() > KEYS_KEPT) {
                keys.remove(keys.keySet().iterator().next());
            }
        }
        return new DeploymentState(accepted, members, longer, run, endings, keys);
    }

    private RunUnderWay started(DeploymentEvent.RunStarted started) {
        return run != null && run.task() == started.task()
                ? run.again(started.epoch())
                : RunUnderWay.first(started.task(), started.epoch());
    }

    /** What members held before stays theirs until their VMs have moved. */
    private DeploymentState pinned(PinnedPlan plan) {
        return new DeploymentState(
                accepted,
                merged(plan.members(), (before, after) -> after.keepingLeasesOf(before)),
                queue,
                run == null ? null : run.with(plan, plan.fresh(members)),
                endings,
                tasksByKey);
    }

    private DeploymentState finished(DeploymentEvent.RunFinished finished) {
        var after = finished.accepted();
        var more = new ArrayList<>(endings);
        if (finished.awaitsClosing()) {
            queue.stream()
                    .filter(request -> request.task() == finished.task())
                    .map(request -> new Ending(
                            request,
                            true,
                            finished.failure(),
                            finished.wasCancelled(),
                            Objects.requireNonNullElse(finished.result(), ""),
                            Objects.requireNonNullElse(finished.output(), ""),
                            accepted == null ? null : accepted.inputs(),
                            after == null ? null : after.inputs()))
                    .forEach(more::add);
        }
        return new DeploymentState(
                finished.isDeleted() ? null : after != null ? after : accepted,
                members,
                without(finished.task()),
                null,
                more,
                tasksByKey);
    }

    private DeploymentState dropped(DeploymentEvent.Dropped dropped) {
        var more = new ArrayList<>(endings);
        if (dropped.awaitsClosing()) {
            queue.stream()
                    .filter(request -> request.task() == dropped.task())
                    .map(Ending::dropped)
                    .forEach(more::add);
        }
        return new DeploymentState(accepted, members, without(dropped.task()), run, more, tasksByKey);
    }

    private DeploymentState with(@Nullable RunUnderWay other) {
        return new DeploymentState(accepted, members, queue, other, endings, tasksByKey);
    }

    private DeploymentState with(List<Member> others) {
        return new DeploymentState(accepted, others, queue, run, endings, tasksByKey);
    }

    private List<Member> each(UnaryOperator<Member> change) {
        return members.stream().map(change).toList();
    }

    /** How what is recorded of a member and what was known of it become one. */
    @FunctionalInterface
    private interface Merging {
        Member of(Member before, Member after);
    }

    private List<Member> merged(List<Member> changed, Merging merging) {
        var byId = new LinkedHashMap<String, Member>();
        members.forEach(member -> byId.put(member.instanceId(), member));
        // A run does not know of an instance that is ignored since it began.
        changed.forEach(member -> byId.merge(member.instanceId(), member, (before, after) -> merging.of(before, after)
                .ignored(before.isIgnored())));
        return List.copyOf(byId.values());
    }

    private List<DeploymentRequest> without(long task) {
        return queue.stream().filter(request -> request.task() != task).toList();
    }
}
