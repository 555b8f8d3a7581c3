package io.slipway.model.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.release.DependencyKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which packages groups need, dependencies first, once for each stemcell. */
public final class CompilationOrder {
    private final Map<String, CompileUnit> units = new LinkedHashMap<>();

    private CompilationOrder() {}

    /**
     * A package to be there, compiled for a stemcell.
     *
     * @param dependencies those that it needs directly
     * @param dependencyKey a hash of all that it needs, direct or not
     */
    public record CompileUnit(
            CatalogPackage catalogPackage,
            ReleaseVersion release,
            StemcellVersion stemcell,
            List<CompileUnit> dependencies,
            String dependencyKey) {

        /** The stemcell as {@code os/version}. */
        public String stemcellName() {
            return stemcell.os() + "/" + stemcell.version();
        }
    }

    public static List<CompileUnit> of(Collection<GroupSpec> groups) {
        var order = new CompilationOrder();
        for (GroupSpec group : groups) {
            for (ResolvedJob job : group.jobs()) {
                for (String name : job.job().spec().packages()) {
                    order.visit(name, job.release(), group.stemcell(), new LinkedHashSet<>());
                }
            }
        }
        return List.copyOf(order.units.values());
    }

    /** Those that jobs of one release need. */
    public static List<CompileUnit> of(ReleaseVersion release, Collection<CatalogJob> jobs, StemcellVersion stemcell) {
        var order = new CompilationOrder();
        for (CatalogJob job : jobs) {
            for (String name : job.spec().packages()) {
                order.visit(name, release, stemcell, new LinkedHashSet<>());
            }
        }
        return List.copyOf(order.units.values());
    }

    private CompileUnit visit(String name, ReleaseVersion release, StemcellVersion stemcell, Set<String> path) {
        CatalogPackage found = release.packages().get(name);
        if (found == null) {
            throw new InvalidInput(new Problem(
                    ErrorCodes.JOB_MISSING_PACKAGE,
                    name,
                    "release '" + release.name() + "/" + release.version() + "' has no package '" + name + "'"));
        }
        if (!path.add(name)) {
            throw new InvalidInput(new Problem(
                    ErrorCodes.RELEASE_INVALID_PACKAGE,
                    name,
                    "packages of release '" + release.name() + "' depend on each other in a circle: " + path));
        }
        var dependencies = new ArrayList<CompileUnit>();
        for (String dependency : found.dependencies()) {
            dependencies.add(visit(dependency, release, stemcell, path));
        }
        path.remove(name);
        String key = stemcell.os() + "/" + stemcell.version() + "|" + release.name() + "|" + name + "|"
                + found.fingerprint();
        CompileUnit known = units.get(key);
        if (known != null) {
            return known;
        }
        var unit = new CompileUnit(found, release, stemcell, List.copyOf(dependencies), keyOf(dependencies));
        units.put(key, unit);
        return unit;
    }

    private static String keyOf(List<CompileUnit> dependencies) {
        return DependencyKeys.keyOf(dependencies.stream()
                .map(one -> new DependencyKeys.Dependency(
                        one.catalogPackage().name(), one.catalogPackage().fingerprint(), one.dependencyKey()))
                .toList());
    }
}
