package io.slipway.engine.deployment;

import com.google.protobuf.CodedOutputStream;
import io.slipway.cpi.VmNetwork;
import io.slipway.engine.deployment.Preparation.Placed;
import io.slipway.engine.instance.InstanceSpec;
import io.slipway.engine.template.JobTemplates;
import io.slipway.engine.template.RenderedArchive;
import io.slipway.engine.template.RenderedJob;
import io.slipway.model.link.ResolvedLinks;
import io.slipway.model.plan.CompilationOrder;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.DiskSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.JobProperties;
import io.slipway.model.plan.ResolvedJob;
import io.slipway.model.yaml.Yaml;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.JobSpec;
import io.slipway.protocol.agent.v1.NetworkSpec;
import io.slipway.protocol.agent.v1.PackageSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Renders the templates of instances and builds what each of them should be. */
final class SpecBuilder {
    private final PlanSources sources;
    private final DeploymentSpec spec;
    private final LinkNames names;
    private final AzCpis cpis;
    private final Map<String, Frame> frames = new LinkedHashMap<>();

    /** What is the same for all instances of a group. */
    private record Frame(List<JobTemplates> templates, List<JobSpec> jobs, List<PackageSpec> packages) {}

    SpecBuilder(PlanSources sources, Preparation.Draft draft, PackageCompilation.Result compiled) {
        this.names = draft.names();
        this.sources = sources;
        this.spec = draft.spec();
        this.cpis = draft.cpis();
        for (GroupSpec group : spec.groups()) {
            frames.put(
                    group.name(),
                    new Frame(templatesOf(group, draft.links()), jobsOf(group), packagesOf(group, compiled)));
        }
    }

    InstanceSpec build(Placed placed) {
        var group = placed.group();
        var member = placed.member();
        var frame = Objects.requireNonNull(frames.get(group.name()));
        var rendered = render(placed, frame);
        String configuration = RenderedArchive.configurationHash(rendered);
        var apply = ApplySpec.newBuilder()
                .setDeployment(spec.name())
                .setInstanceGroup(group.name())
                .setInstanceId(member.instanceId())
                .setIndex(member.index())
                .setAz(member.az())
                .setLifecycle(Preparation.isErrand(group) ? "errand" : "service")
                .setConfigurationHash(configuration)
                .setPersistentDiskMb(
                        group.disk().map(disk -> (long) disk.sizeMb()).orElse(0L))
                .setRenderedTemplates(BlobRef.newBuilder().setSha256(archive(rendered)));
        apply.addAllJobs(frame.jobs()).addAllPackages(frame.packages());
        placed.networks().forEach(network -> apply.addNetworks(networkOf(network)));
        byte[] serialized = deterministic(apply.build());
        return new InstanceSpec(
                spec.name(),
                group.name(),
                member.index(),
                member.az(),
                member.bootstrap(),
                Digests.sha256(serialized),
                vmPlan(placed),
                placed.networks(),
                group.disk().map(SpecBuilder::diskPlan).orElse(null),
                serialized,
                group.update().updateWatchTime().min().toMillis(),
                group.update().updateWatchTime().max().toMillis(),
                group.namedDisks().stream().map(SpecBuilder::diskPlan).toList());
    }

    private List<JobTemplates> templatesOf(GroupSpec group, ResolvedLinks links) {
        return group.jobs().stream()
                .map(job -> sources.templates(
                        job.release().name(),
                        job.job(),
                        JobProperties.effective(job.job().spec(), job.properties()),
                        links.forJob(group.name(), job.job().name())))
                .toList();
    }

    private static List<JobSpec> jobsOf(GroupSpec group) {
        return group.jobs().stream()
                .map(job -> JobSpec.newBuilder()
                        .setName(job.job().name())
                        .setRelease(job.release().name())
                        .setVersion(job.job().version())
                        .build())
                .toList();
    }

    private static List<PackageSpec> packagesOf(GroupSpec group, PackageCompilation.Result compiled) {
        return CompilationOrder.of(List.of(group)).stream()
                .map(unit -> PackageSpec.newBuilder()
                        .setName(unit.catalogPackage().name())
                        .setVersion(unit.catalogPackage().version())
                        .setRelease(unit.release().name())
                        .setCompiled(BlobRef.newBuilder().setSha256(compiled.sha256(unit)))
                        .build())
                .toList();
    }

    private List<RenderedJob> render(Placed placed, Frame frame) {
        var group = placed.group();
        var jobs = new ArrayList<RenderedJob>();
        for (int i = 0; i < frame.templates().size(); i++) {
            ResolvedJob job = group.jobs().get(i);
            var context = SpecContext.of(
                    spec.name(),
                    group,
                    placed.member(),
                    placed.networks(),
                    names,
                    job.job().name());
            context.put(
                    "release",
                    Map.of(
                            "name",
                            job.release().name(),
                            "version",
                            job.release().version()));
            jobs.add(frame.templates().get(i).render(context));
        }
        return jobs;
    }

    private String archive(List<RenderedJob> rendered) {
        var archive = new ByteArrayOutputStream();
        try {
            RenderedArchive.write(rendered, archive);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return sources.store(archive.toByteArray());
    }

    private InstanceSpec.VmPlan vmPlan(Placed placed) {
        var group = placed.group();
        String az = placed.member().az();
        String stemcell = cpis.stemcellCid(group.stemcell(), az);
        var properties = vmProperties(cpis, group, az);
        String environment = Yaml.canonicalJson(group.env());
        var tags = new LinkedHashMap<>(spec.tags());
        tags.putAll(group.tags());
        return new InstanceSpec.VmPlan(
                stemcell,
                group.stemcell().name() + "/" + group.stemcell().version(),
                group.vmTypeName(),
                properties,
                environment,
                tags,
                vmFingerprint(cpis, group, placed.member(), placed.networks()),
                cpis.cpi(az),
                group.stemcell().apiVersion());
    }

    /** Of all that needs another VM when it changes. */
    static String vmFingerprint(AzCpis cpis, GroupSpec group, DeploymentState.Member member, List<VmNetwork> networks) {
        var made = new LinkedHashMap<String, Object>();
        made.put("stemcell", cpis.stemcellCid(group.stemcell(), member.az()));
        made.put("properties", vmProperties(cpis, group, member.az()));
        made.put("env", group.env());
        made.put("networks", networks.stream().map(SpecBuilder::identityOf).toList());
        return Digests.sha256(Yaml.canonicalJson(made));
    }

    private static Map<String, Object> vmProperties(AzCpis cpis, GroupSpec group, String az) {
        var properties = new LinkedHashMap<>(group.vmCloudProperties());
        properties.putAll(cpis.calculated(group, az));
        group.azs().stream().filter(one -> one.name().equals(az)).findFirst().ifPresent(one -> one.cloudProperties()
                .forEach(properties::putIfAbsent));
        return properties;
    }

    private static InstanceSpec.DiskPlan diskPlan(DiskSpec disk) {
        return new InstanceSpec.DiskPlan(
                disk.sizeMb(),
                disk.typeName(),
                disk.cloudProperties(),
                diskFingerprint(disk.sizeMb(), disk.cloudProperties()),
                disk.name());
    }

    /** Of all that needs another disk when it changes. */
    static String diskFingerprint(long sizeMb, Map<String, Object> cloudProperties) {
        return Digests.sha256(sizeMb + Yaml.canonicalJson(cloudProperties));
    }

    private static Map<String, Object> identityOf(VmNetwork network) {
        return Map.of(
                "name", network.name(),
                "type", network.type(),
                "ip", network.ip(),
                "prefix", network.prefixLength(),
                "gateway", network.gateway(),
                "dns", network.dns(),
                "default", network.defaultFor(),
                "properties", network.cloudProperties());
    }

    private static NetworkSpec networkOf(VmNetwork network) {
        return NetworkSpec.newBuilder()
                .setName(network.name())
                .setType(network.type())
                .setIp(network.ip())
                .setNetmask(SpecContext.netmask(network.prefixLength()))
                .setGateway(network.gateway())
                .addAllDns(network.dns())
                .addAllDefaultFor(network.defaultFor())
                .build();
    }

    /** Equal specs have equal bytes, so that their hash says whether anything changed. */
    private static byte[] deterministic(ApplySpec apply) {
        byte[] bytes = new byte[apply.getSerializedSize()];
        var out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            apply.writeTo(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes;
    }
}
