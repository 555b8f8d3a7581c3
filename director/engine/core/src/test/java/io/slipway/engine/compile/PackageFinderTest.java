package io.slipway.engine.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.engine.run.RunFailed;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CatalogPackage;
import io.slipway.model.plan.CompilationOrder;
import io.slipway.model.plan.CompilationOrder.CompileUnit;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellLine;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.release.JobSpec;
import io.slipway.store.catalog.CompiledPackages;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PackageFinderTest {
    private static final StemcellVersion STEMCELL = new StemcellVersion("warden-jammy", "1.5", "jammy", Map.of());

    private final PaperPackages compiled = new PaperPackages();

    @Test
    void has_what_has_a_source_compiled_for_the_very_stemcell() throws Exception {
        compiled.put("f-lib", "jammy/1.5", "lib for 1.5");
        compiled.put("f-app", "jammy/1.4", "app for 1.4");

        var found = new PackageFinder(compiled, true).find(units(release(true)));

        assertThat(namesOf(found.digests())).containsExactly(Map.entry("lib", "lib for 1.5"));
        assertThat(found.missing())
                .extracting(unit -> unit.catalogPackage().name())
                .containsExactly("app");
    }

    @Test
    void takes_what_has_no_source_from_another_stemcell_of_the_line() throws Exception {
        compiled.put("f-lib", "jammy/1.2", "lib for 1.2");
        compiled.put("f-app", "jammy/1.5", "app for 1.5");
        compiled.put("f-app", "jammy/1.9", "app for 1.9");

        var found = new PackageFinder(compiled, true).find(units(release(false)));

        assertThat(namesOf(found.digests()))
                .containsExactly(Map.entry("lib", "lib for 1.2"), Map.entry("app", "app for 1.5"));
        assertThat(found.missing()).isEmpty();
    }

    @Test
    void names_all_that_has_neither_source_nor_a_fitting_form() {
        compiled.put("f-lib", "jammy/2.0", "lib");

        assertThatThrownBy(() -> new PackageFinder(compiled, true).find(units(release(false))))
                .isInstanceOfSatisfying(
                        RunFailed.class, failed -> assertThat(failed.code()).isEqualTo(60001))
                .hasMessage("Can't use release 'r/1'. It references packages without source code and are not compiled"
                        + " against stemcell 'jammy/1.5': - 'app/v' - 'lib/v'");
    }

    @Test
    void exports_nothing_that_is_only_close() {
        compiled.put("f-lib", "jammy/1.2", "lib");
        compiled.put("f-app", "jammy/1.5", "app");

        assertThatThrownBy(() -> new PackageFinder(compiled, false).find(units(release(false))))
                .hasMessageEndingWith("'jammy/1.5': - 'lib/v'");
    }

    @Test
    void takes_packages_from_the_stemcell_that_the_manifest_names() throws Exception {
        compiled.put("f-lib", "jammy/1.2", "lib for 1.2");
        compiled.put("f-app", "jammy/1.2", "app for 1.2");
        compiled.put("f-app", "jammy/1.5", "app for 1.5");
        var release = release(true).exportedFrom(List.of("noble/1.2", "jammy/1.2"));

        var found = new PackageFinder(compiled, true).find(units(release));

        assertThat(namesOf(found.digests()))
                .containsExactly(Map.entry("lib", "lib for 1.2"), Map.entry("app", "app for 1.2"));
    }

    @Test
    void refuses_what_the_manifest_says_is_exported_and_is_not() {
        compiled.put("f-lib", "jammy/1.2", "lib");

        assertThatThrownBy(() -> new PackageFinder(compiled, true)
                        .find(units(release(true).exportedFrom(List.of("jammy/1.2")))))
                .isInstanceOfSatisfying(
                        RunFailed.class, failed -> assertThat(failed.code()).isEqualTo(60003))
                .hasMessageContaining("'app/v'");
        assertThatThrownBy(() -> new PackageFinder(compiled, true)
                        .find(units(release(true).exportedFrom(List.of("noble/1.2")))))
                .isInstanceOfSatisfying(
                        RunFailed.class, failed -> assertThat(failed.code()).isEqualTo(60004))
                .hasMessageContaining("exported_from");
    }

    private static List<CompileUnit> units(ReleaseVersion release) {
        return CompilationOrder.of(release, release.jobs().values(), STEMCELL);
    }

    private static ReleaseVersion release(boolean hasSource) {
        var source = hasSource ? Optional.of("source") : Optional.<String>empty();
        var job = new JobSpec("web", "", Map.of(), List.of("app"), Map.of(), List.of(), List.of());
        return new ReleaseVersion(
                "r",
                "1",
                "abc",
                false,
                Map.of("web", new CatalogJob("web", "v", "f-web", "blob", job)),
                Map.of(
                        "lib", new CatalogPackage("lib", "v", "f-lib", source, List.of(), Map.of()),
                        "app", new CatalogPackage("app", "v", "f-app", source, List.of("lib"), Map.of())),
                List.of());
    }

    private static Map<String, String> namesOf(Map<CompileUnit, String> digests) {
        var names = new LinkedHashMap<String, String>();
        digests.forEach((unit, sha256) -> names.put(unit.catalogPackage().name(), sha256));
        return names;
    }

    /** Compiled packages whose dependencies are always the same. */
    private static final class PaperPackages implements CompiledPackages {
        private final Map<String, Map<String, String>> byFingerprint = new HashMap<>();

        void put(String fingerprint, String stemcell, String sha256) {
            byFingerprint.computeIfAbsent(fingerprint, key -> new HashMap<>()).put(stemcell, sha256);
        }

        @Override
        public Optional<String> find(String fingerprint, String stemcell, String dependencyKey) {
            return Optional.ofNullable(
                    byFingerprint.getOrDefault(fingerprint, Map.of()).get(stemcell));
        }

        @Override
        public Optional<String> findClosest(String fingerprint, String stemcell, String dependencyKey) {
            var present = byFingerprint.getOrDefault(fingerprint, Map.of());
            return find(fingerprint, stemcell, dependencyKey)
                    .or(() -> StemcellLine.closest(stemcell, present.keySet()).map(present::get));
        }

        @Override
        public void record(String fingerprint, String stemcell, String key, String sha256, long sizeBytes) {
            put(fingerprint, stemcell, sha256);
        }
    }
}
