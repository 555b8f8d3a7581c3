package io.slipway.engine.compile;

import io.slipway.engine.run.RunFailed;
import io.slipway.model.ErrorCodes;
import io.slipway.model.plan.CompilationOrder.CompileUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Packages that can neither be used nor compiled, and why; told all at once, in BOSH's words. */
final class PackageFaults {
    private final Map<String, List<CompileUnit>> withoutSource = new LinkedHashMap<>();
    private final Map<String, List<CompileUnit>> notExported = new LinkedHashMap<>();
    private final Map<String, List<CompileUnit>> notListed = new LinkedHashMap<>();

    /** It has no source, and is not compiled for its stemcell. */
    void hasNoSource(CompileUnit unit) {
        add(withoutSource, unit);
    }

    /** The manifest's {@code exported_from} has a fitting stemcell, for which it is not compiled. */
    void isNotExported(CompileUnit unit) {
        add(notExported, unit);
    }

    /** The manifest's {@code exported_from} has no stemcell that fits. */
    void isNotListed(CompileUnit unit) {
        add(notListed, unit);
    }

    void throwIfAny() throws RunFailed {
        var text = new StringBuilder();
        withoutSource.forEach((release, units) -> text.append("Can't use release '")
                .append(release)
                .append("'. It references packages without source code and are not compiled against stemcell '")
                .append(stemcells(units))
                .append("':")
                .append(list(units)));
        notExported.forEach((release, units) -> text.append("Can't use release '")
                .append(release)
                .append("': Packages must be exported from stemcell '")
                .append(String.join("', '", units.getFirst().release().exportedFrom()))
                .append("', but some packages are not compiled for this stemcell:")
                .append(list(units)));
        notListed.forEach((release, units) -> text.append("Can't use release '")
                .append(release)
                .append("': expected to find stemcell for '")
                .append(stemcells(units))
                .append("' to be configured in exported_from"));
        if (!text.isEmpty()) {
            throw new RunFailed(code(), text.toString());
        }
    }

    private int code() {
        return !withoutSource.isEmpty()
                ? ErrorCodes.PACKAGE_MISSING_SOURCE
                : !notExported.isEmpty()
                        ? ErrorCodes.PACKAGE_MISSING_EXPORTED_FROM
                        : ErrorCodes.STEMCELL_NOT_IN_EXPORTED_FROM;
    }

    private static void add(Map<String, List<CompileUnit>> faults, CompileUnit unit) {
        faults.computeIfAbsent(unit.release().name() + "/" + unit.release().version(), release -> new ArrayList<>())
                .add(unit);
    }

    private static String stemcells(List<CompileUnit> units) {
        return units.stream().map(CompileUnit::stemcellName).distinct().collect(Collectors.joining("', '"));
    }

    private static String list(List<CompileUnit> units) {
        return units.stream()
                .sorted(Comparator.comparing(unit -> unit.catalogPackage().name()))
                .map(unit -> " - '" + unit.catalogPackage().name() + "/"
                        + unit.catalogPackage().version() + "'")
                .distinct()
                .collect(Collectors.joining(""));
    }
}
