package io.slipway.engine.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.manifest.MigratedFrom;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.Placement;
import io.slipway.model.plan.Placement.ExistingInstance;
import io.slipway.model.plan.Placement.PlacedInstance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which members a deployment is to have.
 *
 * @param wanted by instance group, in the order of their indices
 * @param obsolete those that the spec has no place for, as they are
 */
public record MemberPlan(Map<String, List<Member>> wanted, List<Member> obsolete) {

    /** What an instance is asked to be from now on, where it is asked. */
    @FunctionalInterface
    public interface AskedState {
        Optional<String> of(String group, int index, String instanceId);
    }

    /**
     * Places members: those that there are where they may stay, and new ones.
     *
     * @param before the members that the deployment has
     * @param ids of new instances
     * @throws InvalidInput where the spec cannot be fulfilled with the members that there are
     */
    public static MemberPlan of(DeploymentSpec spec, List<Member> before, AskedState asked, Supplier<String> ids) {
        return new Placing(spec, before, asked, ids).place();
    }

    /**
     * The members of a plan that was pinned, as they are now: what became of their addresses since stays.
     *
     * @param pinned as they were planned
     * @param now the members that the deployment has
     */
    public static MemberPlan again(DeploymentSpec spec, List<Member> pinned, List<String> obsolete, List<Member> now) {
        var byId = now.stream().collect(Collectors.toMap(Member::instanceId, Function.identity()));
        var groups = spec.groups().stream().collect(Collectors.toMap(GroupSpec::name, Function.identity()));
        var wanted = new LinkedHashMap<String, List<Member>>();
        spec.groups().forEach(group -> wanted.put(group.name(), new ArrayList<>()));
        for (Member member : pinned) {
            var present = byId.getOrDefault(member.instanceId(), member);
            var group = groups.get(member.group());
            if (group != null) {
                wanted.getOrDefault(group.name(), new ArrayList<>()).add(asNow(group, member, present));
            }
        }
        return new MemberPlan(
                wanted,
                obsolete.stream().map(byId::get).filter(Objects::nonNull).toList());
    }

    private static Member asNow(GroupSpec group, Member pinned, Member present) {
        return new Member(
                pinned.instanceId(),
                pinned.group(),
                pinned.index(),
                pinned.az(),
                pinned.bootstrap(),
                NetworkChoice.leasesOf(group, pinned.instanceId(), pinned.az(), pinned.staticIps(), present.slot()),
                pinned.lastingState(),
                present.isIgnored(),
                pinned.staticIps(),
                present.slot(),
                present.next());
    }

    /** Without those that are not there: what does not deploy makes no instance. */
    public MemberPlan only(List<Member> there) {
        var ids = there.stream().map(Member::instanceId).collect(Collectors.toSet());
        var fewer = new LinkedHashMap<String, List<Member>>();
        wanted.forEach((group, members) -> fewer.put(
                group,
                members.stream()
                        .filter(member -> ids.contains(member.instanceId()))
                        .toList()));
        return new MemberPlan(fewer, obsolete);
    }

    /** All that are wanted. */
    public List<Member> members() {
        return wanted.values().stream().flatMap(List::stream).toList();
    }

    public List<Member> of(GroupSpec group) {
        return wanted.getOrDefault(group.name(), List.of());
    }

    private static final class Placing {
        private final DeploymentSpec spec;
        private final Map<String, Member> before = new LinkedHashMap<>();
        private final AskedState asked;
        private final Supplier<String> ids;
        private final Map<String, Member> obsolete = new LinkedHashMap<>();

        Placing(DeploymentSpec spec, List<Member> before, AskedState asked, Supplier<String> ids) {
            this.spec = spec;
            this.asked = asked;
            this.ids = ids;
            before.forEach(member -> this.before.put(member.instanceId(), member));
        }

        MemberPlan place() {
            var wanted = new LinkedHashMap<String, List<Member>>();
            var known = new HashSet<String>();
            for (GroupSpec group : spec.groups()) {
                wanted.put(group.name(), place(group));
                known.add(group.name());
                group.migratedFrom().forEach(from -> known.add(from.name()));
            }
            before.values().stream()
                    .filter(member -> !known.contains(member.group()))
                    .forEach(member -> obsolete.put(member.instanceId(), member));
            return new MemberPlan(wanted, List.copyOf(obsolete.values()));
        }

        private List<Member> place(GroupSpec group) {
            var existing = new ArrayList<ExistingInstance>();
            for (Member member : before.values()) {
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
            var result = Placement.place(group, existing, new Placement.Choices(ids, order()));
            for (ExistingInstance gone : result.obsolete()) {
                Optional.ofNullable(before.get(gone.id())).ifPresent(member -> obsolete.put(gone.id(), member));
            }
            return result.placed().stream().map(one -> member(group, one)).toList();
        }

        private Member member(GroupSpec group, PlacedInstance placed) {
            var known = before.get(placed.id());
            String slot = known == null ? "" : known.slot();
            return new Member(
                    placed.id(),
                    group.name(),
                    placed.index(),
                    placed.az(),
                    placed.bootstrap(),
                    NetworkChoice.leasesOf(group, placed.id(), placed.az(), placed.staticIps(), slot),
                    lastingState(group, placed, known),
                    known != null && known.isIgnored(),
                    placed.staticIps(),
                    slot,
                    known == null ? null : known.next());
        }

        private String lastingState(GroupSpec group, PlacedInstance placed, @Nullable Member known) {
            return asked.of(group.name(), placed.index(), placed.id())
                    .orElse(known == null ? Member.STARTED : known.lastingState());
        }

        private UnaryOperator<List<String>> order() {
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
                            group,
                            from.get(),
                            "availability zone of '" + from.get().name() + "' is not specified");
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
    }
}
