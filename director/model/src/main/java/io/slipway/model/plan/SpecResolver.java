package io.slipway.model.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.config.Az;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.config.NetworkDefinition;
import io.slipway.model.manifest.GroupNetwork;
import io.slipway.model.manifest.InstanceGroup;
import io.slipway.model.manifest.JobRef;
import io.slipway.model.manifest.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks up what a manifest names, and collects what is not there. */
final class SpecResolver {
    private final Manifest manifest;
    private final CloudConfig cloud;
    private final Catalog catalog;
    private final Problems problems = new Problems();
    private final Map<String, ReleaseVersion> releases = new LinkedHashMap<>();

    SpecResolver(Manifest manifest, CloudConfig cloud, Catalog catalog) {
        this.manifest = manifest;
        this.cloud = cloud;
        this.catalog = catalog;
    }

    DeploymentSpec resolve() {
        for (var release : manifest.releases()) {
            catalog.release(release.name(), release.version())
                    .ifPresentOrElse(
                            found -> releases.put(release.name(), found.exportedFrom(release.exportedFrom())),
                            () -> problems.add(
                                    ErrorCodes.RELEASE_NOT_FOUND,
                                    "releases." + release.name(),
                                    "Release '" + release.name() + "/" + release.version()
                                            + "' doesn't exist: upload it first"));
        }
        var groups = new ArrayList<GroupSpec>();
        for (InstanceGroup group : manifest.instanceGroups()) {
            var resolved = group(group);
            if (resolved != null) {
                groups.add(resolved);
            }
        }
        problems.throwIfAny();
        return new DeploymentSpec(
                manifest.name(),
                List.copyOf(groups),
                manifest.variables(),
                manifest.features(),
                manifest.tags(),
                manifest.update(),
                List.copyOf(releases.values()));
    }

    private @Nullable GroupSpec group(InstanceGroup group) {
        var azs = azs(group);
        var stemcell = stemcell(group);
        var networks = networks(group, azs);
        var disks = new DiskResolver(cloud, problems);
        var disk = disks.store(group);
        var namedDisks = disks.named(group);
        var properties = vmProperties(group);
        var jobs = jobs(group);
        if (stemcell == null) {
            return null;
        }
        return new GroupSpec(
                group.name(),
                group.instances(),
                group.lifecycle(),
                azs,
                stemcell,
                group.vmType().orElse(""),
                properties,
                networks,
                disk,
                jobs,
                group.update(),
                group.env(),
                group.vmResources().orElse(Map.of()),
                namedDisks,
                group.migratedFrom(),
                group.tags());
    }

    private List<Az> azs(InstanceGroup group) {
        var azs = new ArrayList<Az>();
        for (String name : group.azs()) {
            cloud.az(name)
                    .ifPresentOrElse(
                            azs::add,
                            () -> unknown(ErrorCodes.GROUP_UNKNOWN_AZ, group, "azs", "AZ", name, "cloud config"));
        }
        return List.copyOf(azs);
    }

    private @Nullable StemcellVersion stemcell(InstanceGroup group) {
        var reference = manifest.stemcell(group.stemcell());
        if (reference.isEmpty()) {
            unknown(
                    ErrorCodes.GROUP_UNKNOWN_STEMCELL,
                    group,
                    "stemcell",
                    "stemcell alias",
                    group.stemcell(),
                    "manifest's 'stemcells'");
            return null;
        }
        var found = catalog.stemcell(reference.get());
        if (found.isEmpty()) {
            String what = reference.get().os().or(reference.get()::name).orElse("");
            problems.add(
                    ErrorCodes.STEMCELL_NOT_FOUND,
                    "stemcells." + group.stemcell(),
                    "Stemcell '" + what + "/" + reference.get().version() + "' doesn't exist: upload it first");
            return null;
        }
        return found.get();
    }

    private Map<String, Object> vmProperties(InstanceGroup group) {
        var properties = new LinkedHashMap<String, Object>();
        if (group.vmType().isPresent() == group.vmResources().isPresent()) {
            problems.add(
                    ErrorCodes.GROUP_BAD_VM,
                    "instance_groups." + group.name(),
                    "Instance group '" + group.name() + "' must have exactly one of 'vm_type' and 'vm_resources'");
        }
        group.vmType().ifPresent(name -> cloud.vmType(name)
                .ifPresentOrElse(
                        type -> properties.putAll(type.cloudProperties()),
                        () -> unknown(
                                ErrorCodes.GROUP_UNKNOWN_VM_TYPE, group, "vm_type", "vm_type", name, "cloud config")));
        for (String name : group.vmExtensions()) {
            cloud.vmExtension(name)
                    .ifPresentOrElse(
                            extension -> properties.putAll(extension.cloudProperties()),
                            () -> unknown(
                                    ErrorCodes.UNKNOWN_VM_EXTENSION,
                                    group,
                                    "vm_extensions",
                                    "vm_extension",
                                    name,
                                    "cloud config"));
        }
        return properties;
    }

    private List<ResolvedJob> jobs(InstanceGroup group) {
        var jobs = new ArrayList<ResolvedJob>();
        var names = new ArrayList<String>();
        for (JobRef reference : group.jobs()) {
            if (names.contains(reference.name())) {
                problems.add(
                        ErrorCodes.GROUP_INVALID_JOBS,
                        "instance_groups." + group.name() + ".jobs",
                        "Colocated job '" + reference.name() + "' is already added to the instance group '"
                                + group.name() + "'");
            }
            names.add(reference.name());
            ReleaseVersion release = releases.get(reference.release());
            if (release == null) {
                boolean isListed =
                        manifest.releases().stream().anyMatch(one -> one.name().equals(reference.release()));
                if (!isListed) {
                    unknown(
                            ErrorCodes.GROUP_UNKNOWN_RELEASE,
                            group,
                            "jobs." + reference.name() + ".release",
                            "release",
                            reference.release(),
                            "manifest's 'releases'");
                }
                continue;
            }
            CatalogJob job = release.jobs().get(reference.name());
            if (job == null) {
                unknown(
                        ErrorCodes.RELEASE_MISSING_JOB,
                        group,
                        "jobs",
                        "job",
                        reference.name(),
                        "release '" + release.name() + "/" + release.version() + "'");
                continue;
            }
            var properties = reference.properties().orElse(group.properties());
            for (String mismatch : JobProperties.mismatches(job.spec(), properties)) {
                problems.add(
                        ErrorCodes.INVALID_TYPE,
                        "instance_groups." + group.name() + ".jobs." + reference.name() + ".properties",
                        mismatch + " for job '" + reference.name() + "' in instance group '" + group.name() + "'");
            }
            jobs.add(new ResolvedJob(
                    release, job, properties, reference.consumes(), reference.provides(), reference.customProviders()));
        }
        return List.copyOf(jobs);
    }

    private List<ResolvedNetwork> networks(InstanceGroup group, List<Az> azs) {
        String field = "instance_groups." + group.name() + ".networks";
        if (group.networks().isEmpty()) {
            problems.add(
                    ErrorCodes.GROUP_MISSING_NETWORK,
                    field,
                    "Instance group '" + group.name() + "' must have at least one network");
        }
        var rules = new NetworkRules(group, problems);
        var networks = new ArrayList<ResolvedNetwork>();
        var known = new LinkedHashMap<String, NetworkDefinition>();
        for (GroupNetwork wanted : group.networks()) {
            var found = cloud.network(wanted.name());
            if (found.isEmpty()) {
                unknown(ErrorCodes.GROUP_UNKNOWN_NETWORK, group, "networks", "network", wanted.name(), "cloud config");
                continue;
            }
            known.put(wanted.name(), found.get());
            rules.check(wanted, found.get(), azs);
            networks.add(
                    new ResolvedNetwork(found.get(), wanted.staticIps(), wanted.isStatic(), rules.defaultsOf(wanted)));
        }
        rules.checkDefaults(known);
        return List.copyOf(networks);
    }

    private void unknown(int code, InstanceGroup group, String field, String kind, String name, String where) {
        problems.add(
                code,
                "instance_groups." + group.name() + "." + field,
                "Instance group '" + group.name() + "' refers to unknown " + kind + " '" + name + "': it is not in the "
                        + where);
    }
}
