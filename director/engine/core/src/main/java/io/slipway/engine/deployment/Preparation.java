package io.slipway.engine.deployment;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.ConfigIds;
import io.slipway.engine.Cpis;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.TaskLog;
import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.model.addon.Addons;
import io.slipway.model.config.Az;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.dns.DnsFeatures;
import io.slipway.model.dns.DnsTopology;
import io.slipway.model.link.LinkInstance;
import io.slipway.model.link.LinkResolver;
import io.slipway.model.link.ResolvedLinks;
import io.slipway.model.manifest.Lifecycle;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.Placement;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request into a deployment whose instances are placed, addressed and linked. Everything that it makes on the
 * way (instance ids, leases, variables) is found again when it runs again.
 */
final class Preparation {
    private static final int UNDO_THREADS = 32;

    private final Entities entities;
    private final PlanSources sources;
    private final DeploymentState state;
    private final ActorRef<DeploymentCommand> deployment;
    private final TaskLog log;
    private final DeployOptions options;
    private final Cpis allCpis;
    private List<Member> recorded = List.of();

    Preparation(
            Entities entities,
            PlanSources sources,
            DeploymentState state,
            ActorRef<DeploymentCommand> deployment,
            TaskLog log,
            DeployOptions options,
            Cpis allCpis) {
        this.allCpis = allCpis;
        this.options = options;
        this.entities = entities;
        this.sources = sources;
        this.state = state;
        this.deployment = deployment;
        this.log = log;
    }

    /** A member with its addresses. */
    record Placed(GroupSpec group, Member member, List<VmNetwork> networks) {}

    /** All that is known before templates are rendered. */
    record Draft(
            DeploymentSpec spec,
            CloudConfig cloud,
            Map<String, List<Placed>> placed,
            List<Member> obsolete,
            ResolvedLinks links,
            ConfigIds configs,
            AzCpis cpis,
            LinkNames names,
            DnsTopology topology) {}

    Draft run(String manifestYaml) throws Exception {
        var configs = options.configs() == null ? sources.configs() : sources.configs(options.configs());
        var raw = Addons.applied(Yaml.parseMap(manifestYaml, "manifest"), configs.runtime());
        var heading = Manifest.heading(raw);
        var body = new LinkedHashMap<>(raw);
        Object variables = body.remove("variables");
        var references = new LinkedHashSet<>(VariableReferences.find(body));
        var values = sources.variables(heading.name(), heading.variables(), references);
        @SuppressWarnings("unchecked")
        var interpolated =
                (Map<String, Object>) Objects.requireNonNull(VariableReferences.interpolate(body, values::get));
        if (variables != null) {
            interpolated.put("variables", variables);
        }
        var cloud = configs.cloud();
        var manifest = Manifest.parse(interpolated);
        var features = DnsFeatures.parse(manifest.features());
        manifest.warnings().forEach(warning -> log.debug("warning: " + warning));
        var spec = DeploymentSpec.resolve(manifest, cloud, sources.catalog());
        var cpis = AzCpis.of(spec, cloud, allCpis, log);
        var placed = place(spec);
        var links = LinkResolver.resolve(spec, linkInstances(placed), Map.of());
        var azs = cloud.azs().stream().map(Az::name).collect(Collectors.toSet());
        var topology = Topologies.of(spec, azs, placed.byGroup());
        var names = new LinkNames(spec.name(), sources.names(topology), features);
        return new Draft(
                spec,
                cloud,
                placed.byGroup(),
                placed.obsolete(),
                links.mapped(names::named),
                configs.ids(),
                cpis,
                names,
                topology);
    }

    /**
     * Takes back what a run that came to nothing has recorded and leased: the members that are new and of which no VM
     * and no disk was made.
     */
    void undo() throws Exception {
        var known = new HashSet<String>();
        state.members().forEach(member -> known.add(member.instanceId()));
        state.fresh().forEach(known::remove);
        var doubtful = new LinkedHashMap<String, Member>();
        for (Member member : recorded.isEmpty() ? state.members() : recorded) {
            if (!known.contains(member.instanceId())) {
                doubtful.put(member.instanceId(), member);
            }
        }
        Parallel.each(List.copyOf(doubtful.values()), UNDO_THREADS, this::forget);
    }

    private void forget(Member member) {
        var status = entities.inspect(member.instanceId());
        if (status.isOfSubstance()) {
            return;
        }
        NetworkPlanner.release(entities, member);
        entities.recordRemoval(deployment, member.instanceId());
    }

    private record PlacedGroups(Map<String, List<Placed>> byGroup, List<Member> obsolete) {}

    private PlacedGroups place(DeploymentSpec spec) throws RunFailed {
        var networks = new NetworkPlanner(entities);
        var membersOf = new LinkedHashMap<GroupSpec, List<Member>>();
        var obsolete = new ArrayList<Member>();
        var all = new ArrayList<Member>();
        for (GroupSpec group : spec.groups()) {
            var members = placeGroup(group, networks, obsolete);
            membersOf.put(group, members);
            all.addAll(members);
        }
        for (Member member : state.members()) {
            boolean isKnownGroup =
                    spec.groups().stream().anyMatch(group -> group.name().equals(member.group()));
            if (!isKnownGroup) {
                obsolete.add(member);
            }
        }
        recorded = List.copyOf(all);
        var known = Set.copyOf(state.members());
        var changed = all.stream().filter(member -> !known.contains(member)).toList();
        if (!changed.isEmpty()) {
            entities.recordMembers(deployment, changed);
        }
        networks.lease(membersOf);
        var byGroup = new LinkedHashMap<String, List<Placed>>();
        for (var entry : membersOf.entrySet()) {
            var group = entry.getKey();
            var placed = new ArrayList<Placed>();
            for (Member member : entry.getValue()) {
                placed.add(new Placed(group, member, networks.bind(group, member, placed.size())));
            }
            byGroup.put(group.name(), placed);
        }
        return new PlacedGroups(byGroup, obsolete);
    }

    private List<Member> placeGroup(GroupSpec group, NetworkPlanner networks, List<Member> obsolete) throws RunFailed {
        var known = new LinkedHashMap<String, Member>();
        var existing = new ArrayList<Placement.ExistingInstance>();
        for (Member member : state.members()) {
            if (member.group().equals(group.name())) {
                known.put(member.instanceId(), member);
                existing.add(new Placement.ExistingInstance(
                        member.instanceId(), member.index(), member.az(), member.bootstrap()));
            }
        }
        var result = Placement.place(group, existing, () -> UUID.randomUUID().toString());
        result.obsolete().forEach(gone -> {
            var member = known.get(gone.id());
            if (member != null) {
                obsolete.add(member);
            }
        });
        var members = new ArrayList<Member>();
        for (var placed : result.placed()) {
            members.add(new Member(
                    placed.id(),
                    group.name(),
                    placed.index(),
                    placed.az(),
                    placed.bootstrap(),
                    networks.leasesOf(group, placed.id(), placed.az()),
                    lastingState(group, placed.id(), placed.index(), known.get(placed.id())),
                    isIgnored(known.get(placed.id()))));
        }
        return members;
    }

    private String lastingState(GroupSpec group, String id, int index, @Nullable Member known) {
        return options.actionOn(group.name(), index, id)
                .map(DeployOptions.Action::lastingState)
                .orElse(known == null ? Member.STARTED : known.lastingState());
    }

    private static boolean isIgnored(@Nullable Member known) {
        return known != null && known.isIgnored();
    }

    private static List<LinkInstance> linkInstances(PlacedGroups placed) {
        var instances = new ArrayList<LinkInstance>();
        placed.byGroup()
                .forEach((group, members) -> members.forEach(one -> instances.add(new LinkInstance(
                        group,
                        one.member().instanceId(),
                        one.member().index(),
                        one.member().az(),
                        SpecContext.addressOf(one.networks()),
                        one.member().bootstrap()))));
        return instances;
    }

    static boolean isErrand(GroupSpec group) {
        return group.lifecycle() == Lifecycle.ERRAND;
    }
}
