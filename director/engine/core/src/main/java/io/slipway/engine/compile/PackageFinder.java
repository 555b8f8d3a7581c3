package io.slipway.engine.compile;

import io.slipway.engine.run.RunFailed;
import io.slipway.model.plan.CompilationOrder.CompileUnit;
import io.slipway.model.plan.StemcellLine;
import io.slipway.store.catalog.CompiledPackages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds packages that are compiled already. Calls block. */
final class PackageFinder {
    private final CompiledPackages compiled;
    private final boolean isCloseEnough;

    /**
     * @param isCloseEnough whether what has no source may have been compiled for another stemcell of the same line
     */
    PackageFinder(CompiledPackages compiled, boolean isCloseEnough) {
        this.compiled = compiled;
        this.isCloseEnough = isCloseEnough;
    }

    /**
     * What is there, and what is to be compiled.
     *
     * @param digests by unit
     */
    record Found(Map<CompileUnit, String> digests, List<CompileUnit> missing) {}

    /** Fails naming all packages that are neither compiled as they should be, nor can be compiled. */
    Found find(List<CompileUnit> units) throws RunFailed {
        var faults = new PackageFaults();
        var digests = new LinkedHashMap<CompileUnit, String>();
        var missing = new ArrayList<CompileUnit>();
        for (CompileUnit unit : units) {
            find(unit, faults).ifPresentOrElse(sha256 -> digests.put(unit, sha256), () -> missing.add(unit));
        }
        faults.throwIfAny();
        return new Found(digests, missing);
    }

    private Optional<String> find(CompileUnit unit, PackageFaults faults) {
        if (isCloseEnough && !unit.release().exportedFrom().isEmpty()) {
            return findExported(unit, faults);
        }
        String fingerprint = unit.catalogPackage().fingerprint();
        boolean hasSource = unit.catalogPackage().blobSha256().isPresent();
        var found = hasSource || !isCloseEnough
                ? compiled.find(fingerprint, unit.stemcellName(), unit.dependencyKey())
                : compiled.findClosest(fingerprint, unit.stemcellName(), unit.dependencyKey());
        if (found.isEmpty() && !hasSource) {
            faults.hasNoSource(unit);
        }
        return found;
    }

    private Optional<String> findExported(CompileUnit unit, PackageFaults faults) {
        var fitting = unit.release().exportedFrom().stream()
                .filter(stemcell -> StemcellLine.isSame(stemcell, unit.stemcellName()))
                .toList();
        if (fitting.isEmpty()) {
            faults.isNotListed(unit);
            return Optional.empty();
        }
        String fingerprint = unit.catalogPackage().fingerprint();
        var found = fitting.stream()
                .flatMap(stemcell -> compiled.find(fingerprint, stemcell, unit.dependencyKey()).stream())
                .findFirst();
        if (found.isEmpty()) {
            faults.isNotExported(unit);
        }
        return found;
    }
}
