package io.slipway.engine.deployment;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.JournaledEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as its journal tells it.
 *
 * @param members its instances, by id
 * @param queue requests in order; the first one is being run where {@code running} is its task
 * @param running 0 where nothing runs
 * @param fresh ids of the members that the present run was the first to record; they go again where it fails early
 * @param tasksByKey tasks of requests that had a key; the newest hundred
 */
public record DeploymentState(
        @Nullable Accepted accepted,
        List<Member> members,
        List<String> fresh,
        List<DeploymentRequest> queue,
        long running,
        Map<String, Long> tasksByKey)
        implements JournaledEvent {
    static final DeploymentState NONE = new DeploymentState(null, List.of(), List.of(), List.of(), 0, Map.of());
    private static final int KEYS_KEPT = 100;

    /** What the deployment is made from. */
    public record Accepted(
            String manifest, List<NameVersion> releases, List<NameVersion> stemcells, ConfigIds configs) {
        public Accepted {
            // In journals of earlier versions there are none.
            configs = configs == null ? ConfigIds.NONE : configs;
        }
    }

    /**
     * An instance of the deployment.
     *
     * @param leases addresses that it holds, as {@code subnet id|lease key}
     * @param lastingState "started", "stopped" or "detached": what it was asked to be last
     * @param isIgnored deploys and repairs leave it alone
     * @param staticIps those that it was given, by network
     * @param slot part of the lease keys of its addresses: the task that gave it others than its first; empty for those
     * @param next addresses of a VM that is to take over from the present one; null where there is none
     */
    public record Member(
            String instanceId,
            String group,
            int index,
            String az,
            boolean bootstrap,
            List<String> leases,
            String lastingState,
            boolean isIgnored,
            Map<String, String> staticIps,
            String slot,
            @Nullable NextAddresses next) {
        static final String STARTED = "started";

        public Member {
            staticIps = staticIps == null ? Map.of() : Map.copyOf(staticIps);
            // Members in journals of earlier versions have none.
            lastingState = lastingState == null ? STARTED : lastingState;
            slot = slot == null ? "" : slot;
        }

        /** One whose VM is not to be swapped. */
        public Member(
                String instanceId,
                String group,
                int index,
                String az,
                boolean bootstrap,
                List<String> leases,
                String lastingState,
                boolean isIgnored,
                Map<String, String> staticIps) {
            this(instanceId, group, index, az, bootstrap, leases, lastingState, isIgnored, staticIps, "", null);
        }

        /** All leases, also those of a VM that is to take over. */
        List<String> allLeases() {
            var all = new ArrayList<>(leases);
            if (next != null) {
                all.addAll(next.leases());
            }
            return all;
        }

        Member with(@Nullable NextAddresses others) {
            return new Member(
                    instanceId, group, index, az, bootstrap, leases, lastingState, isIgnored, staticIps, slot, others);
        }

        /** The other VM has taken over. */
        Member promoted() {
            return next == null
                    ? this
                    : new Member(
                            instanceId,
                            group,
                            index,
                            az,
                            bootstrap,
                            next.leases(),
                            lastingState,
                            isIgnored,
                            staticIps,
                            next.slot(),
                            null);
        }

        /** As BOSH shows it: {@code group/id (index)}. */
        String name() {
            return group + "/" + instanceId + " (" + index + ")";
        }

        Member ignored(boolean nowIgnored) {
            return new Member(
                    instanceId, group, index, az, bootstrap, leases, lastingState, nowIgnored, staticIps, slot, next);
        }

        Member leasing(List<String> other) {
            return new Member(
                    instanceId, group, index, az, bootstrap, other, lastingState, isIgnored, staticIps, slot, next);
        }
    }

    /** Addresses of a VM that is to take over: as {@link Member#leases} and {@link Member#slot}. */
    public record NextAddresses(String slot, List<String> leases) {
        public NextAddresses {
            leases = List.copyOf(leases);
        }
    }

    Optional<DeploymentRequest> current() {
        return running == 0 ? Optional.empty() : queue.stream().findFirst();
    }

    boolean isUnknown() {
        return accepted == null && members.isEmpty() && queue.isEmpty();
    }

    DeploymentState apply(DeploymentEvent event) {
        return switch (event) {
            case DeploymentEvent.Submitted submitted -> submitted(submitted.request());
            case DeploymentEvent.RunStarted started ->
                new DeploymentState(accepted, members, fresh, queue, started.task(), tasksByKey);
            case DeploymentEvent.MembersRecorded recorded ->
                new DeploymentState(
                        accepted, merged(recorded.members()), fresher(recorded.members()), queue, running, tasksByKey);
            case DeploymentEvent.MemberRemoved removed ->
                new DeploymentState(accepted, without(removed.instanceId()), fresh, queue, running, tasksByKey);
            case DeploymentEvent.MemberIgnored ignored ->
                new DeploymentState(
                        accepted,
                        members.stream()
                                .map(member -> member.instanceId().equals(ignored.instanceId())
                                        ? member.ignored(ignored.isIgnored())
                                        : member)
                                .toList(),
                        fresh,
                        queue,
                        running,
                        tasksByKey);
            case DeploymentEvent.RunFinished finished ->
                new DeploymentState(
                        finished.isDeleted() ? null : finished.accepted() != null ? finished.accepted() : accepted,
                        members,
                        List.of(),
                        dropped(finished.task()),
                        0,
                        tasksByKey);
            case DeploymentEvent.Dropped dropped ->
                new DeploymentState(accepted, members, fresh, dropped(dropped.task()), running, tasksByKey);
        };
    }

    private DeploymentState submitted(DeploymentRequest request) {
        var longer = new ArrayList<>(queue);
        longer.add(request);
        var keys = new LinkedHashMap<>(tasksByKey);
        if (!request.requestKey().isEmpty()) {
            keys.put(request.requestKey(), request.task());
            if (keys.size() > KEYS_KEPT) {
                keys.remove(keys.keySet().iterator().next());
            }
        }
        return new DeploymentState(accepted, members, fresh, List.copyOf(longer), running, keys);
    }

    private List<Member> merged(List<Member> changed) {
        var byId = new LinkedHashMap<String, Member>();
        members.forEach(member -> byId.put(member.instanceId(), member));
        // A run does not know of an instance that is ignored since it began.
        changed.forEach(member ->
                byId.merge(member.instanceId(), member, (before, after) -> after.ignored(before.isIgnored())));
        return List.copyOf(byId.values());
    }

    private List<String> fresher(List<Member> recorded) {
        var ids = new LinkedHashSet<>(fresh);
        var known = members.stream().map(Member::instanceId).collect(Collectors.toSet());
        recorded.stream()
                .map(Member::instanceId)
                .filter(id -> !known.contains(id))
                .forEach(ids::add);
        return List.copyOf(ids);
    }

    private List<Member> without(String instanceId) {
        return members.stream()
                .filter(member -> !member.instanceId().equals(instanceId))
                .toList();
    }

    private List<DeploymentRequest> dropped(long task) {
        return queue.stream().filter(request -> request.task() != task).toList();
    }
}
