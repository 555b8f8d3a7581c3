package io.slipway.engine.preparation;

import io.slipway.engine.ask.Parallel;
import io.slipway.engine.compile.PackageCompilation;
import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.plan.DeploymentPlan;
import io.slipway.engine.plan.Digests;
import io.slipway.engine.plan.GroupUpdate;
import io.slipway.engine.plan.LinkNames;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.MemberPlan;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.engine.plan.Placed;
import io.slipway.engine.plan.PlannedGroup;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.engine.plan.Topologies;
import io.slipway.engine.render.SpecBuilder;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.run.RunOutcome;
import io.slipway.model.config.Az;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.dns.DnsTopology;
import io.slipway.model.link.CertificateLinks;
import io.slipway.model.link.LinkInstance;
import io.slipway.model.link.LinkResolver;
import io.slipway.model.link.ResolvedLinks;
import io.slipway.model.link.SharedLink;
import io.slipway.model.manifest.Lifecycle;
import io.slipway.model.plan.GroupSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is asked of a deployment into a plan whose instances are placed, addressed, linked and rendered.
 *
 * <p>A deploy decides once: what it read, and who is to be a member, is pinned before anything is leased or made, and a run
 * that begins again goes by that. Everything else that a run makes on the way (leases, compiled packages, archives) is found
 * again when it is done again. What is not a deploy plans from what was pinned by the last deploy that went well.
 */
public final class Preparation {
    private static final int THREADS = 32;
    /** Under this name a run notes why it takes back what it prepared. */
    private static final String UNDOING = "undoing";

    private static final int UNDONE = 100;
    private static final String ACTING = "acting";

    private final RunServices services;
    private final Run run;
    private final ChangeOrder order;
    private final Origin origin;
    private final InputReader reader;
    private final Placing.Mode mode;
    private final Placing placing;
    private @Nullable Inputs inputs;
    private @Nullable PinnedPlan pinned;

    private Preparation(RunServices services, Run run, ChangeOrder order, Origin origin, Placing.Mode mode) {
        this.services = services;
        this.run = run;
        this.order = order;
        this.origin = origin;
        this.mode = mode;
        this.reader = new InputReader(services.sources(), run.deployment(), run.task(), run.log());
        this.placing = new Placing(services, run, order, mode);
    }

    /**
     * Of a deploy; where the run was cut off after it had pinned its plan, of that plan.
     *
     * @param manifest empty for what was deployed last, as it was deployed
     */
    static Preparation ofDeploy(RunServices services, Run run, ChangeOrder order, String manifest) throws RunFailed {
        var pinned = run.start().plan();
        var origin = pinned == null
                ? fresh(run, order, manifest, false)
                : new Origin.Pinned(manifest.isEmpty() ? run.accepted().manifest() : manifest, pinned.inputs());
        return new Preparation(services, run, order, origin, Placing.Mode.DEPLOY);
    }

    /** Of a deploy that is only looked at: nothing is stored, leased, numbered or made. */
    static Preparation ofPreview(RunServices services, Run run, ChangeOrder order, String manifest) throws RunFailed {
        return new Preparation(services, run, order, fresh(run, order, manifest, true), Placing.Mode.PREVIEW);
    }

    /** Of what is deployed, as it is deployed. */
    static Preparation ofDeployed(RunServices services, Run run, ChangeOrder order) throws RunFailed {
        var origin = new Origin.AsDeployed(run.accepted());
        return new Preparation(services, run, order, origin, Placing.Mode.AS_DEPLOYED);
    }

    private static Origin fresh(Run run, ChangeOrder order, String manifest, boolean isPreview) throws RunFailed {
        var options = order.options();
        return manifest.isEmpty()
                ? new Origin.AsDeployed(run.accepted())
                : new Origin.Fresh(
                        manifest,
                        options.configs(),
                        options.forceLatestVariables(),
                        run.start().accepted(),
                        isPreview);
    }

    /** What was read. To be called once the plan was made. */
    public Inputs inputs() {
        if (inputs == null) {
            throw new IllegalStateException("nothing was read yet");
        }
        return inputs;
    }

    /** What the deployment is made from, once the plan is rolled out. */
    public Accepted accepted() {
        return new Accepted(origin.manifest(), pinned == null ? inputs().pinned() : pinned.inputs());
    }

    /** From now on instances may change: what the run has recorded and leased is not taken back any more. */
    public void act() {
        run.note(ACTING, "");
    }

    /**
     * Makes the plan, and tells the task of its stages. A run that comes to nothing leaves nothing, unless it has begun to act.
     */
    public DeploymentPlan plan() throws Exception {
        finishUndoing();
        try {
            return made();
        } catch (Exception failure) {
            if (RunOutcome.isEnd(failure) && pinned != null && !hasActed()) {
                run.note(UNDOING, String.valueOf(failure.getMessage()));
                placing.undo(pinned);
            }
            throw failure;
        }
    }

    /** What was being taken back when the run was cut off is not made once more, whether or not it would go well by now. */
    private void finishUndoing() throws Exception {
        var failure = run.noted(UNDOING);
        var plan = run.start().plan();
        if (failure.isPresent() && plan != null) {
            placing.undo(plan);
            run.check();
            throw new RunFailed(UNDONE, failure.get());
        }
    }

    /** Whether this run, or an earlier one of the same task, has begun to change instances. */
    public boolean hasActed() {
        return run.noted(ACTING).isPresent();
    }

    private DeploymentPlan made() throws Exception {
        var preparing = run.log().stage("Preparing deployment", 2);
        var draft = new Draft[1];
        preparing.step("Preparing deployment", () -> draft[0] = draft());
        run.check();
        var compiled = mode == Placing.Mode.PREVIEW
                ? services.compilation().look(inputs().spec())
                : services.compilation()
                        .run(inputs().spec(), new PackageCompilation.Place(inputs().cloud(), inputs().cpis()));
        run.check();
        var plan = new DeploymentPlan[1];
        preparing.step("Rendering templates", () -> plan[0] = rendered(draft[0], compiled));
        return plan[0];
    }

    /** All that is known before templates are rendered. */
    private record Draft(
            Map<String, List<Placed>> placed,
            List<Member> obsolete,
            ResolvedLinks links,
            DnsTopology topology,
            LinkNames names) {
        List<Placed> all() {
            return placed.values().stream().flatMap(List::stream).toList();
        }
    }

    private Draft draft() throws Exception {
        var read = reader.read(origin);
        inputs = read;
        read.warnings().unknown().forEach(run.log()::warning);
        read.warnings().deprecations().forEach(run.log()::deprecation);
        var spec = read.spec();
        var members = members(read);
        if (mode == Placing.Mode.DEPLOY) {
            services.networks().make(read.spec(), read.cloudTrees(), read.cpis());
        }
        var placed = placing.place(read, members);
        var asked = new LinkedHashMap<String, List<SharedLink>>();
        var links = LinkResolver.resolve(spec, linkInstances(placed), reader.others(origin, read, asked));
        if (mode == Placing.Mode.DEPLOY) {
            services.sources().inputs().keepLinks(run.deployment(), run.task(), asked);
        }
        links.warnings().forEach(run.log()::warning);
        var azs = read.cloud().azs().stream().map(Az::name).collect(Collectors.toSet());
        var topology = Topologies.of(spec, azs, idsOf(placed));
        var names = new LinkNames(spec.name(), names(topology), read.features());
        return new Draft(
                placed,
                members.obsolete(),
                links.mapped(names::named).with(CertificateLinks.graph(spec, spec.variables())),
                topology,
                names);
    }

    /** Who is to be a member: decided once, and pinned before anything is leased or made for them. */
    private MemberPlan members(Inputs read) {
        var start = run.start();
        var before = start.plan();
        if (before != null && mode == Placing.Mode.DEPLOY) {
            pinned = before;
            return MemberPlan.again(read.spec(), before.members(), before.obsolete(), start.members());
        }
        var plan = MemberPlan.of(
                read.spec(),
                start.members(),
                (group, index, id) -> order.options().actionOn(group, index, id).map(action -> action.lastingState()),
                () -> UUID.randomUUID().toString());
        return switch (mode) {
            case PREVIEW -> plan;
            case AS_DEPLOYED -> plan.only(start.members());
            case DEPLOY -> {
                services.sources()
                        .inputs()
                        .holdVariables(run.task(), read.pinned().variables().values());
                pinned = run.journal().pin(PinnedPlan.of(read.pinned(), plan, start.members()));
                placing.pinned(pinned);
                yield plan;
            }
        };
    }

    private DnsNames names(DnsTopology topology) {
        var naming = services.sources().naming();
        return mode == Placing.Mode.PREVIEW ? naming.preview(topology) : naming.number(topology);
    }

    private DeploymentPlan rendered(Draft draft, PackageCompilation.Result compiled) throws Exception {
        var read = inputs();
        var builder = new SpecBuilder(new SpecBuilder.Rendering(
                read.spec(),
                read.cpis(),
                draft.names(),
                draft.links(),
                services.jobs(),
                compiled::sha256,
                mode == Placing.Mode.PREVIEW ? Digests::sha256 : this::store));
        var built = new ConcurrentHashMap<String, PlannedInstance>();
        Parallel.compute(draft.all(), placed -> {
            run.check();
            built.put(
                    placed.member().instanceId(),
                    new PlannedInstance(
                            placed.member(),
                            builder.build(placed),
                            placed.group().lifecycle() == Lifecycle.ERRAND,
                            placed.swap()));
        });
        var groups = new ArrayList<PlannedGroup>();
        for (GroupSpec group : read.spec().groups()) {
            groups.add(new PlannedGroup(
                    group.name(),
                    draft.placed().getOrDefault(group.name(), List.of()).stream()
                            .map(placed -> Optional.ofNullable(
                                            built.get(placed.member().instanceId()))
                                    .orElseThrow())
                            .toList(),
                    GroupUpdate.of(group.update(), order.options())));
        }
        return new DeploymentPlan(groups, draft.obsolete(), draft.links(), draft.topology());
    }

    private String store(byte[] archive) {
        try {
            return services.blobs().put(archive).sha256();
        } catch (IOException failure) {
            throw new UncheckedIOException("the blobstore cannot be written to", failure);
        }
    }

    /** Gives back addresses that instances had before, and have no more now that they are as planned. */
    public void settle(DeploymentPlan plan) throws Exception {
        Parallel.each(plan.instances(), THREADS, placing::settle);
    }

    private static Set<String> idsOf(Map<String, List<Placed>> placed) {
        return placed.values().stream()
                .flatMap(List::stream)
                .map(one -> one.member().instanceId())
                .collect(Collectors.toSet());
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
}
