package io.slipway.engine.compile;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.VmNetwork;
import io.slipway.engine.Cpis;
import io.slipway.engine.address.LeaseFrom;
import io.slipway.engine.ask.Parallel;
import io.slipway.engine.cpi.AzCpis;
import io.slipway.engine.plan.Digests;
import io.slipway.engine.plan.NetworkChoice;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.config.CompilationConfig;
import io.slipway.model.plan.CompilationOrder;
import io.slipway.model.plan.CompilationOrder.CompileUnit;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.blob.Blobs;
import io.slipway.store.catalog.CompiledPackages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Sees to it that every package of a deployment is compiled for its stemcell, dependencies first. */
public final class PackageCompilation {
    private final CompiledPackages compiled;
    private final Blobs blobs;
    private final Cpis cpis;
    private final Compilations compilations;
    private final Run run;

    public PackageCompilation(CompiledPackages compiled, Blobs blobs, Cpis cpis, Compilations compilations, Run run) {
        this.compiled = compiled;
        this.blobs = blobs;
        this.cpis = cpis;
        this.compilations = compilations;
        this.run = run;
    }

    /** Digests of compiled packages, by stemcell, fingerprint and dependency key. */
    public static final class Result {
        private final Map<String, String> digests = new ConcurrentHashMap<>();

        /** Empty for one that is not compiled. */
        public String sha256(CompileUnit unit) {
            return digests.getOrDefault(keyOf(unit), "");
        }
    }

    /** Where packages are compiled. */
    public record Place(CloudConfig cloud, AzCpis cpis) {}

    /** All packages of a deployment; what has no source may have been compiled for another stemcell of the same line. */
    public Result run(DeploymentSpec spec, Place place) throws Exception {
        var units = CompilationOrder.of(spec.groups());
        var result = compileMissing(units, place, true);
        for (String name : place.cpis().all(spec)) {
            // Too often to be told of.
            var cpi = cpis.of(name, CallContext.SILENT);
            for (CompileUnit unit : units) {
                String sha = result.sha256(unit);
                cpi.sharePackage(sha, use -> archive(sha, use));
            }
        }
        return result;
    }

    private void archive(String sha256, Consumer<Path> use) {
        try {
            blobs.withFile(sha256, file -> {
                use.accept(file);
                return file;
            });
        } catch (IOException failure) {
            throw new UncheckedIOException("the archive of a compiled package cannot be read", failure);
        }
    }

    /** What of a deployment's packages is compiled; nothing else is done. */
    public Result look(DeploymentSpec spec) throws RunFailed {
        var result = new Result();
        new PackageFinder(compiled, true)
                .find(CompilationOrder.of(spec.groups()))
                .digests()
                .forEach((unit, sha256) -> result.digests.put(keyOf(unit), sha256));
        return result;
    }

    /** These, each compiled for its very stemcell. */
    public Result runExactly(List<CompileUnit> units, Place place) throws Exception {
        return compileMissing(units, place, false);
    }

    private Result compileMissing(List<CompileUnit> units, Place place, boolean isCloseEnough) throws Exception {
        var result = new Result();
        var found = new PackageFinder.Found[1];
        run.log()
                .stage("Preparing package compilation", 1)
                .step(
                        "Finding packages to compile",
                        () -> found[0] = new PackageFinder(compiled, isCloseEnough).find(units));
        found[0].digests().forEach((unit, sha256) -> result.digests.put(keyOf(unit), sha256));
        if (!found[0].missing().isEmpty()) {
            compile(found[0].missing(), place, result);
        }
        return result;
    }

    private void compile(List<CompileUnit> missing, Place place, Result result) throws Exception {
        CompilationConfig config = place.cloud()
                .compilation()
                .orElseThrow(() -> new RunFailed(
                        40002, "the cloud config has no 'compilation' section, and packages need to be compiled"));
        var stage = run.log().stage("Compiling packages", missing.size());
        var workers = new Semaphore(Math.max(1, config.workers()));
        for (List<CompileUnit> level : levels(missing)) {
            Parallel.each(level, level.size(), unit -> {
                workers.acquire();
                try {
                    run.check();
                    stage.step(
                            unit.catalogPackage().name() + "/"
                                    + unit.catalogPackage().fingerprint(),
                            () -> compileOne(unit, config, place, result));
                } finally {
                    workers.release();
                }
            });
        }
    }

    private void compileOne(CompileUnit unit, CompilationConfig config, Place place, Result result) throws RunFailed {
        CloudConfig cloud = place.cloud();
        String az = config.az().orElse("");
        var catalogPackage = unit.catalogPackage();
        var network = cloud.network(config.network())
                .orElseThrow(() -> new RunFailed(
                        40003, "compilation network '" + config.network() + "' is not in the cloud config"));
        if (!network.isManual()) {
            throw new RunFailed(40003, "compilation network '" + config.network() + "' must be of type manual");
        }
        var subnet = NetworkChoice.subnets(network, az, "").getFirst();
        var unaddressed = new VmNetwork(
                network.name(),
                network.type(),
                "",
                subnet.range().prefixLength(),
                subnet.gateway().orElse(""),
                subnet.dns(),
                List.of("dns", "gateway"),
                subnet.cloudProperties());
        var dependencies = new ArrayList<CompileRequest.Dependency>();
        for (CompileUnit dependency : unit.dependencies()) {
            dependencies.add(new CompileRequest.Dependency(
                    dependency.catalogPackage().name(),
                    dependency.catalogPackage().version(),
                    result.sha256(dependency)));
        }
        var ended = compilations.compile(new CompileRequest(
                keyOf(unit),
                catalogPackage.name(),
                catalogPackage.version(),
                catalogPackage.fingerprint(),
                catalogPackage
                        .blobSha256()
                        .orElseThrow(() -> new RunFailed(
                                60001,
                                "package '" + catalogPackage.name() + "' has no source, and is not compiled for "
                                        + unit.stemcellName())),
                unit.dependencyKey(),
                dependencies,
                unit.stemcellName(),
                place.cpis().stemcellCid(unit.stemcell(), az),
                place.cpis().propertiesOf(config, cloud),
                Yaml.canonicalJson(config.env()),
                unaddressed,
                LeaseFrom.of(subnet),
                place.cpis().cpi(az),
                run.task(),
                unit.stemcell().apiVersion()));
        if (!ended.failure().isEmpty()) {
            throw new RunFailed(410001, ended.failure());
        }
        result.digests.put(keyOf(unit), ended.sha256());
    }

    /** Units of one level depend only on those of the levels before. */
    private static List<List<CompileUnit>> levels(List<CompileUnit> missing) {
        var depth = new LinkedHashMap<String, Integer>();
        var levels = new ArrayList<List<CompileUnit>>();
        for (CompileUnit unit : missing) {
            int level = 0;
            for (CompileUnit dependency : unit.dependencies()) {
                level = Math.max(level, depth.getOrDefault(keyOf(dependency), -1) + 1);
            }
            depth.put(keyOf(unit), level);
            while (levels.size() <= level) {
                levels.add(new ArrayList<>());
            }
            levels.get(level).add(unit);
        }
        return levels;
    }

    static String keyOf(CompileUnit unit) {
        return Digests.sha256(
                        unit.catalogPackage().fingerprint() + "|" + unit.stemcellName() + "|" + unit.dependencyKey())
                .substring(0, 32);
    }
}
