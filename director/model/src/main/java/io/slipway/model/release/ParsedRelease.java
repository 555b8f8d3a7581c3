package io.slipway.model.release;

import java.util.LinkedHashMap;
import java.util.List;

/**
 * A release archive, read and found sound.
 *
 * @param packages of which one may be there twice, as source and compiled
 */
public record ParsedRelease(
        String name,
        String version,
        String commitHash,
        boolean uncommittedChanges,
        List<ParsedJob> jobs,
        List<ParsedPackage> packages) {
    public boolean compiled() {
        return packages.stream().anyMatch(ParsedPackage::isCompiled);
    }

    public ParsedRelease withVersion(String other) {
        return new ParsedRelease(name, other, commitHash, uncommittedChanges, jobs, packages);
    }

    /** Keys of what its packages are compiled with. */
    public DependencyKeys dependencyKeys() {
        return keysOf(packages);
    }

    static DependencyKeys keysOf(List<ParsedPackage> packages) {
        var needs = new LinkedHashMap<String, DependencyKeys.Needs>();
        packages.forEach(one -> needs.put(one.name(), new DependencyKeys.Needs(one.fingerprint(), one.dependencies())));
        return new DependencyKeys(needs);
    }
}
