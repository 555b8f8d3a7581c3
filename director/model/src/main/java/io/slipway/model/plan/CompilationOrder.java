package io.slipway.model.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
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
            String dependencyKey) {}

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
        var text = new StringBuilder();
        dependencies.stream()
                .map(one -> one.catalogPackage().name() + ":"
                        + one.catalogPackage().fingerprint() + ":" + one.dependencyKey())
                .sorted()
                .forEach(one -> text.append(one).append('\n'));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
