package io.slipway.engine.render;

import com.google.protobuf.CodedOutputStream;
import io.slipway.cpi.VmNetwork;
import io.slipway.engine.cpi.AzCpis;
import io.slipway.engine.instance.InstanceSpec;
import io.slipway.engine.plan.Digests;
import io.slipway.engine.plan.LinkNames;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.Placed;
import io.slipway.model.link.ResolvedLinks;
import io.slipway.model.manifest.Lifecycle;
import io.slipway.model.plan.CompilationOrder;
import io.slipway.model.plan.CompilationOrder.CompileUnit;
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
import io.slipway.templates.JobTemplates;
import io.slipway.templates.RenderedArchive;
import io.slipway.templates.RenderedJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Renders the templates of instances and builds what each of them should be. Safe for use by many threads. */
public final class SpecBuilder {
    private final Rendering rendering;
    private final Map<String, Frame> frames = new LinkedHashMap<>();

    /** What is the same for all instances of a group. */
    private record Frame(List<JobTemplates> templates, List<JobSpec> jobs, List<PackageSpec> packages) {}

    /**
     * What is rendered with.
     *
     * @param compiled digests of compiled packages; empty for one that is not compiled
     * @param archives takes rendered templates, and says their SHA-256
     */
    public record Rendering(
            DeploymentSpec spec,
            AzCpis cpis,
            LinkNames names,
            ResolvedLinks links,
            JobArchives jobs,
            Function<CompileUnit, String> compiled,
            Function<byte[], String> archives) {}

    public SpecBuilder(Rendering rendering) {
        this.rendering = rendering;
        for (GroupSpec group : rendering.spec().groups()) {
            frames.put(group.name(), new Frame(templatesOf(group), jobsOf(group), packagesOf(group)));
        }
    }

    public InstanceSpec build(Placed placed) {
        var group = placed.group();
        var member = placed.member();
        var spec = rendering.spec();
        var frame = Objects.requireNonNull(frames.get(group.name()));
        var rendered = render(placed, frame);
        String configuration = RenderedArchive.configurationHash(rendered);
        var apply = ApplySpec.newBuilder()
                .setDeployment(spec.name())
                .setInstanceGroup(group.name())
                .setInstanceId(member.instanceId())
                .setIndex(member.index())
                .setAz(member.az())
                .setLifecycle(group.lifecycle() == Lifecycle.ERRAND ? "errand" : "service")
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

    private List<JobTemplates> templatesOf(GroupSpec group) {
        return group.jobs().stream()
                .map(job -> rendering
                        .jobs()
                        .templates(
                                job.release().name(),
                                job.job(),
                                JobProperties.effective(job.job().spec(), job.properties()),
                                rendering.links().forJob(group.name(), job.job().name())))
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

    private List<PackageSpec> packagesOf(GroupSpec group) {
        return CompilationOrder.of(List.of(group)).stream()
                .map(unit -> PackageSpec.newBuilder()
                        .setName(unit.catalogPackage().name())
                        .setVersion(unit.catalogPackage().version())
                        .setRelease(unit.release().name())
                        .setCompiled(BlobRef.newBuilder()
                                .setSha256(rendering.compiled().apply(unit)))
                        .build())
                .toList();
    }

    private List<RenderedJob> render(Placed placed, Frame frame) {
        var group = placed.group();
        var jobs = new ArrayList<RenderedJob>();
        for (int i = 0; i < frame.templates().size(); i++) {
            ResolvedJob job = group.jobs().get(i);
            var context = SpecContext.of(
                    rendering.spec().name(),
                    group,
                    placed.member(),
                    placed.networks(),
                    rendering.names(),
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

    private String archive(List<RenderedJob> jobs) {
        var archive = new ByteArrayOutputStream();
        try {
            RenderedArchive.write(jobs, archive);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return rendering.archives().apply(archive.toByteArray());
    }

    private InstanceSpec.VmPlan vmPlan(Placed placed) {
        var group = placed.group();
        var cpis = rendering.cpis();
        String az = placed.member().az();
        String stemcell = cpis.stemcellCid(group.stemcell(), az);
        var properties = vmProperties(cpis, group, az);
        String environment = Yaml.canonicalJson(group.env());
        var tags = new LinkedHashMap<>(rendering.spec().tags());
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
    public static String vmFingerprint(AzCpis cpis, GroupSpec group, Member member, List<VmNetwork> networks) {
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
    public static String diskFingerprint(long sizeMb, Map<String, Object> cloudProperties) {
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
