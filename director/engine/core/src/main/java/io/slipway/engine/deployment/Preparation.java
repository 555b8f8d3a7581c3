package io.slipway.engine.deployment;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.ConfigIds;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.ManagedNetworks;
import io.slipway.engine.Rows;
import io.slipway.engine.TaskLog;
import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.engine.instance.InstanceGoal.Swap;
import io.slipway.engine.subnet.LeaseFrom;
import io.slipway.engine.subnet.SubnetCommand.Want;
import io.slipway.engine.variable.VariableRequest;
import io.slipway.model.addon.Addons;
import io.slipway.model.config.Az;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.dns.DnsFeatures;
import io.slipway.model.dns.DnsTopology;
import io.slipway.model.link.CertificateLinks;
import io.slipway.model.link.LinkInstance;
import io.slipway.model.link.LinkResolver;
import io.slipway.model.link.OtherDeployments;
import io.slipway.model.link.ResolvedLinks;
import io.slipway.model.link.SharedLink;
import io.slipway.model.manifest.Lifecycle;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Trees;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request into a deployment whose instances are placed, addressed and linked. Everything that it makes on the
 * way (instance ids, leases, variables) is found again when it runs again.
 */
final class Preparation {
    private static final int THREADS = 32;

    private final Entities entities;
    private final PlanSources sources;
    private final DeploymentState state;
    private final ActorRef<DeploymentCommand> deployment;
    private final TaskLog log;
    private final DeploymentRequest request;
    private final World world;
    private final InstanceChange.Wish wish;
    private final Members members;
    private final Addressing addressing;
    private List<String> managedNetworks = List.of();

    Preparation(
            Entities entities,
            PlanSources sources,
            DeploymentState state,
            ActorRef<DeploymentCommand> deployment,
            TaskLog log,
            DeploymentRequest request,
            World world,
            InstanceChange.Wish wish) {
        this.world = world;
        this.wish = wish;
        this.request = request;
        this.entities = entities;
        this.sources = sources;
        this.state = state;
        this.deployment = deployment;
        this.log = log;
        this.members = new Members(state, request);
        this.addressing = new Addressing(entities, members, deployment, world.rows(), wish);
    }

    /** What is around a deployment. */
    record World(Cpis cpis, Rows rows, ManagedNetworks networks) {}

    /**
     * A member with its addresses.
     *
     * @param swap how its VM is swapped for another; null where it is not
     */
    record Placed(
            GroupSpec group,
            Member member,
            List<VmNetwork> networks,
            @Nullable Swap swap) {}

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
            DnsTopology topology,
            Map<String, Long> variableIds) {}

    Draft run(String manifestYaml) throws Exception {
        var configs = configs();
        var written = Yaml.parseMap(manifestYaml, "manifest");
        var raw = Addons.applied(written, configs.runtime());
        var heading = Manifest.heading(raw);
        var body = new LinkedHashMap<>(raw);
        Object variables = body.remove("variables");
        var references = new LinkedHashSet<>(VariableReferences.find(body));
        var cloud = configs.cloud();
        var kept = keptVariables(heading, raw);
        var resolved = sources.variables(
                new VariableRequest(heading.name(), definitions(heading, body, cloud, kept), references, kept));
        @SuppressWarnings("unchecked")
        var interpolated = (Map<String, Object>)
                Objects.requireNonNull(VariableReferences.interpolate(body, resolved.values()::get));
        if (variables != null) {
            interpolated.put("variables", variables);
        }
        var manifest = Manifest.parse(interpolated);
        var features = DnsFeatures.of(manifest.features());
        manifest.warnings().unknown().forEach(log::warning);
        manifest.warnings().deprecations().forEach(log::deprecation);
        Addons.warnings(written, configs.runtime()).forEach(log::warning);
        cloud.warnings().forEach(log::warning);
        var spec = DeploymentSpec.resolve(manifest, cloud, sources.catalog());
        var cpis = AzCpis.of(spec, cloud, world.cpis(), log);
        managedNetworks = NetworkUse.namesOf(spec, configs.cloudTrees());
        if (wish.makesNetworks()) {
            new NetworkUse(world.networks(), log).make(spec, configs.cloudTrees(), cpis);
        }
        var byGroup = place(spec, cpis);
        var links = LinkResolver.resolve(spec, linkInstances(byGroup), others(spec.name()));
        links.warnings().forEach(log::warning);
        var azs = cloud.azs().stream().map(Az::name).collect(Collectors.toSet());
        var topology = Topologies.of(spec, azs, byGroup);
        var names = new LinkNames(spec.name(), sources.names(topology), features);
        return new Draft(
                spec,
                cloud,
                byGroup,
                members.obsolete(spec),
                links.mapped(names::named).with(CertificateLinks.graph(spec, spec.variables())),
                configs.ids(),
                cpis,
                names,
                topology,
                resolved.ids());
    }

    /** What is deployed as it was is deployed with the configs that it was deployed with. */
    private PlanSources.Configs configs() {
        var given = request.options().configs();
        if (given != null) {
            return sources.configs(given);
        }
        var accepted = request.manifest().isEmpty() ? state.accepted() : null;
        return accepted == null || accepted.configs().equals(ConfigIds.NONE)
                ? sources.configs()
                : sources.configs(accepted.configs());
    }

    /** Names of the networks that the director made for the deployment. */
    List<String> managedNetworks() {
        return managedNetworks;
    }

    /**
     * Takes back what a run that came to nothing has recorded and leased: the members that are new and of which no VM
     * and no disk was made; what was changed of the others.
     */
    void undo() throws Exception {
        Parallel.each(members.doubtful(), THREADS, this::forget);
        var changed = members.changedBack();
        if (!changed.isEmpty()) {
            entities.recordMembers(deployment, changed);
        }
        addressing.undo();
    }

    /** Gives back addresses that instances had before, and have no more now that they are as planned. */
    void settle(PreparedDeployment prepared) throws Exception {
        Parallel.each(prepared.instances(), THREADS, instance -> {
            var left = members.superseded(instance.member()).stream()
                    .filter(lease -> !world.rows().isHeldByOrphan(lease))
                    .toList();
            if (left.isEmpty()) {
                return;
            }
            var status = entities.inspect(instance.member().instanceId());
            boolean isAsPlanned = !status.hasVm()
                    || status.vmFingerprint().equals(instance.spec().vm().fingerprint());
            if (isAsPlanned) {
                NetworkPlanner.release(entities, left);
                entities.recordMembers(deployment, List.of(instance.settledMember()));
            }
        });
    }

    private void forget(Member member) {
        var status = entities.inspect(member.instanceId());
        if (status.isOfSubstance()) {
            return;
        }
        NetworkPlanner.release(entities, member);
        entities.recordRemoval(deployment, member.instanceId());
    }

    private Map<String, List<Placed>> place(DeploymentSpec spec, AzCpis cpis) throws RunFailed {
        var membersOf = members.place(spec);
        var changed = members.toRecord();
        if (!changed.isEmpty()) {
            entities.recordMembers(deployment, changed);
        }
        var networks = addressing.networks();
        var wants = new LinkedHashMap<LeaseFrom, List<Want>>();
        for (GroupSpec group : spec.groups()) {
            networks.collect(group, membersOf.getOrDefault(group.name(), List.of()), wants);
        }
        networks.lease(wants);
        var byGroup = new LinkedHashMap<String, List<Placed>>();
        for (GroupSpec group : spec.groups()) {
            var placed = new ArrayList<Placed>();
            for (Member member : membersOf.getOrDefault(group.name(), List.of())) {
                placed.add(addressing.place(group, member, cpis));
            }
            byGroup.put(group.name(), placed);
        }
        return byGroup;
    }

    /** Only a deploy generates; anything else takes certificates as they are, whatever became of their links. */
    private List<VariableDefinition> definitions(
            Manifest.Heading heading, Map<String, Object> body, CloudConfig cloud, Predicate<String> kept) {
        return request.manifest().isEmpty()
                ? heading.definitions()
                : new CertificateNames(sources, heading, kept).definitions(body, cloud);
    }

    /**
     * A deploy takes the newest version of a variable, unless the variable waits for other stemcells; anything else takes
     * the version that the last deploy took.
     */
    private Predicate<String> keptVariables(Manifest.Heading heading, Map<String, Object> raw) {
        if (request.manifest().isEmpty()) {
            return name -> true;
        }
        var waiting = heading.variables().stream()
                .filter(one -> one.strategy() == VariableDefinition.Strategy.ON_STEMCELL_CHANGE)
                .map(VariableDefinition::name)
                .collect(Collectors.toSet());
        if (waiting.isEmpty() || request.options().forceLatestVariables() || changesAllStemcells(raw)) {
            return name -> false;
        }
        return waiting::contains;
    }

    private boolean changesAllStemcells(Map<String, Object> raw) {
        var accepted = state.accepted();
        if (accepted == null || !(raw.get("stemcells") instanceof List<?> stemcells)) {
            return true;
        }
        for (Object stemcell : stemcells) {
            var found = stemcell instanceof Map<?, ?> map
                    ? sources.catalog().stemcell(StemcellRef.lenient(Trees.asMap(map)))
                    : Optional.<StemcellVersion>empty();
            boolean isAsBefore = found.map(one -> new NameVersion(one.name(), one.version()))
                    .filter(accepted.stemcells()::contains)
                    .isPresent();
            if (isAsBefore) {
                return false;
            }
        }
        return true;
    }

    /** A deploy takes links as they are now, anything else those that the last deploy took. */
    private OtherDeployments others(String deploymentName) {
        if (!request.manifest().isEmpty()) {
            return sources::sharedLinks;
        }
        Map<String, List<SharedLink>> taken =
                sources.takenLinks(deploymentName).stream().collect(Collectors.groupingBy(SharedLink::deployment));
        return name -> Optional.ofNullable(taken.get(name)).or(() -> sources.sharedLinks(name));
    }

    private static List<LinkInstance> linkInstances(Map<String, List<Placed>> placed) {
        var instances = new ArrayList<LinkInstance>();
        placed.forEach((group, all) -> all.forEach(one -> {
            var addresses = new LinkedHashMap<String, String>();
            one.networks().forEach(network -> addresses.put(network.name(), network.ip()));
            var member = one.member();
            instances.add(new LinkInstance(
                    group, member.instanceId(), member.index(), member.az(), member.bootstrap(), addresses));
        }));
        return instances;
    }

    static boolean isErrand(GroupSpec group) {
        return group.lifecycle() == Lifecycle.ERRAND;
    }
}
