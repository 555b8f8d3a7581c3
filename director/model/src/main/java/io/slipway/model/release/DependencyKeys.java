package io.slipway.model.release;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keys of what packages of one release are compiled with: equal keys mean that all dependencies, direct or not, have equal
 * fingerprints. With its own fingerprint and a stemcell such a key names a compiled package, whatever release it comes in.
 */
public final class DependencyKeys {
    private static final int MOST_LEVELS = 500;

    private final Map<String, Needs> packages;
    private final Map<String, String> known = new HashMap<>();

    /** A package's fingerprint, and the names of those that it needs directly. */
    public record Needs(String fingerprint, List<String> dependencies) {}

    /** A direct dependency with the key of its own dependencies. */
    public record Dependency(String name, String fingerprint, String key) {}

    /** @param packages by name */
    public DependencyKeys(Map<String, Needs> packages) {
        this.packages = packages;
    }

    /** Throws {@link InvalidInput} where packages are not there or need each other in a circle. */
    public String of(String name) {
        return of(name, new LinkedHashSet<>());
    }

    private String of(String name, Set<String> path) {
        String found = known.get(name);
        if (found != null) {
            return found;
        }
        if (!path.add(name)) {
            throw invalid(name, "packages depend on each other in a circle: " + path);
        }
        if (path.size() > MOST_LEVELS) {
            throw invalid(name, "packages depend on each other over more than " + MOST_LEVELS + " levels");
        }
        Needs needs = packages.get(name);
        if (needs == null) {
            throw invalid(name, "package '" + name + "' is needed, and the release lacks it");
        }
        var dependencies = new ArrayList<Dependency>();
        for (String dependency : needs.dependencies()) {
            String key = of(dependency, path);
            Needs direct = packages.get(dependency);
            dependencies.add(new Dependency(dependency, direct == null ? "" : direct.fingerprint(), key));
        }
        path.remove(name);
        String key = keyOf(dependencies);
        known.put(name, key);
        return key;
    }

    /** The key of a package that needs these directly. */
    public static String keyOf(Collection<Dependency> dependencies) {
        var text = new StringBuilder();
        dependencies.stream()
                .map(one -> one.name() + ":" + one.fingerprint() + ":" + one.key())
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

    private static InvalidInput invalid(String name, String why) {
        return new InvalidInput(new Problem(ErrorCodes.RELEASE_INVALID_PACKAGE, "packages." + name, why));
    }
}
