package io.slipway.engine.deployment;

import io.slipway.engine.DeployOptions;
import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.manifest.MigratedFrom;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.Placement;
import io.slipway.model.plan.Placement.ExistingInstance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Which members a run wants, seen against those that its deployment had when the run began. Asks nobody. */
final class Members {
    private final DeploymentState state;
    private final DeploymentRequest request;
    private final Map<String, Member> before = new LinkedHashMap<>();
    private final List<Member> wanted = new ArrayList<>();
    private final List<Member> obsolete = new ArrayList<>();

    Members(DeploymentState state, DeploymentRequest request) {
        this.state = state;
        this.request = request;
        state.members().forEach(member -> before.put(member.instanceId(), member));
    }

    /** By instance group. */
    Map<String, List<Member>> place(DeploymentSpec spec) throws RunFailed {
        var order = order(spec);
        var byGroup = new LinkedHashMap<String, List<Member>>();
        for (GroupSpec group : spec.groups()) {
            var members = placeGroup(group, order);
            byGroup.put(group.name(), members);
            wanted.addAll(members);
        }
        return byGroup;
    }

    /** Members that the spec has no place for; they are known once it was placed. */
    List<Member> obsolete(DeploymentSpec spec) {
        var groups = new HashSet<String>();
        spec.groups().forEach(group -> {
            groups.add(group.name());
            group.migratedFrom().forEach(from -> groups.add(from.name()));
        });
        var all = new ArrayList<>(obsolete);
        before.values().stream()
                .filter(member -> !groups.contains(member.group()))
                .forEach(all::add);
        return all;
    }

    /**
     * What must be journaled before anything is leased: each keeps what it leased before, until it no longer needs it. A
     * dry run changes nothing else of those that were there.
     */
    List<Member> toRecord() {
        return wanted.stream()
                .map(member -> {
                    var known = before.get(member.instanceId());
                    if (known == null) {
                        return member;
                    }
                    return (request.dryRun() ? known : member).leasing(union(known, member));
                })
                .filter(member -> !member.equals(before.get(member.instanceId())))
                .toList();
    }

    /** Leases that a member had before and does not want any more. */
    List<String> superseded(Member member) {
        var known = before.get(member.instanceId());
        if (known == null) {
            return List.of();
        }
        return known.leases().stream()
                .filter(lease -> !member.leases().contains(lease))
                .toList();
    }

    /** Members that this run was the first to record. */
    List<Member> doubtful() {
        var known = new HashSet<>(before.keySet());
        state.fresh().forEach(known::remove);
        var doubtful = new LinkedHashMap<String, Member>();
        for (Member member : wanted.isEmpty() ? state.members() : wanted) {
            if (!known.contains(member.instanceId())) {
                doubtful.put(member.instanceId(), member);
            }
        }
        return List.copyOf(doubtful.values());
    }

    /** Members that were there before and were recorded otherwise since, as they were; what they leased stays known. */
    List<Member> changedBack() {
        var changed = new ArrayList<Member>();
        for (Member member : wanted) {
            var known = before.get(member.instanceId());
            if (known != null && !known.equals(member) && !state.fresh().contains(member.instanceId())) {
                changed.add(known.leasing(union(known, member)));
            }
        }
        return changed;
    }

    /** The member, with all that it leased before. */
    Member keepingLeases(Member member) {
        var known = before.get(member.instanceId());
        return known == null ? member : member.leasing(union(known, member));
    }

    /** The member as it was when the run began; what it leased since stays known. */
    Member asBefore(Member member) {
        var known = before.get(member.instanceId());
        return known == null ? member.with(null) : known.leasing(union(known, member));
    }

    private static List<String> union(Member known, Member member) {
        var all = new LinkedHashSet<>(member.leases());
        all.addAll(known.leases());
        return List.copyOf(all);
    }

    private static UnaryOperator<List<String>> order(DeploymentSpec spec) {
        return azs -> {
            var ordered = new ArrayList<>(azs);
            if (spec.features().randomizeAzPlacement()) {
                Collections.shuffle(ordered);
            } else {
                ordered.sort(Comparator.naturalOrder());
            }
            return ordered;
        };
    }

    private List<Member> placeGroup(GroupSpec group, UnaryOperator<List<String>> order) throws RunFailed {
        var existing = new ArrayList<ExistingInstance>();
        for (Member member : state.members()) {
            var from = migration(group, member);
            if (member.group().equals(group.name()) || from.isPresent()) {
                existing.add(new ExistingInstance(
                        member.instanceId(),
                        member.group(),
                        member.index(),
                        azOf(group, member, from),
                        member.bootstrap(),
                        member.isIgnored(),
                        member.staticIps()));
            }
        }
        var result = Placement.place(
                group, existing, new Placement.Choices(() -> UUID.randomUUID().toString(), order));
        result.obsolete()
                .forEach(gone -> obsolete.addAll(
                        Optional.ofNullable(before.get(gone.id())).stream().toList()));
        var members = new ArrayList<Member>();
        for (var placed : result.placed()) {
            var known = before.get(placed.id());
            String slot = known == null ? "" : known.slot();
            members.add(new Member(
                    placed.id(),
                    group.name(),
                    placed.index(),
                    placed.az(),
                    placed.bootstrap(),
                    NetworkPlanner.leasesOf(group, placed.id(), placed.az(), placed.staticIps(), slot),
                    lastingState(group, placed, known),
                    known != null && known.isIgnored(),
                    placed.staticIps(),
                    slot,
                    known == null ? null : known.next()));
        }
        return members;
    }

    private static Optional<MigratedFrom> migration(GroupSpec group, Member member) {
        return group.migratedFrom().stream()
                .filter(from -> from.name().equals(member.group()))
                .findFirst();
    }

    /** A member whose group named no AZs is where the migration says that it is. */
    private static String azOf(GroupSpec group, Member member, Optional<MigratedFrom> from) {
        if (from.isEmpty()) {
            return member.az();
        }
        String said = from.get().az().orElse("");
        if (member.az().isEmpty()) {
            if (said.isEmpty() && !group.azs().isEmpty()) {
                throw refused(
                        group, from.get(), "availability zone of '" + from.get().name() + "' is not specified");
            }
            return said;
        }
        if (!said.isEmpty() && !said.equals(member.az())) {
            throw refused(
                    group,
                    from.get(),
                    "'" + from.get().name() + "' belongs to availability zone '" + member.az()
                            + "' and manifest specifies '" + said + "'");
        }
        return member.az();
    }

    private static InvalidInput refused(GroupSpec group, MigratedFrom from, String why) {
        return new InvalidInput(new Problem(
                ErrorCodes.INVALID_MIGRATED_FROM,
                "instance_groups." + group.name() + ".migrated_from",
                "Failed to migrate instance group '" + from.name() + "' to '" + group.name() + "', " + why));
    }

    private String lastingState(GroupSpec group, Placement.PlacedInstance placed, @Nullable Member known) {
        return request.options()
                .actionOn(group.name(), placed.index(), placed.id())
                .map(DeployOptions.Action::lastingState)
                .orElse(known == null ? Member.STARTED : known.lastingState());
    }
}
