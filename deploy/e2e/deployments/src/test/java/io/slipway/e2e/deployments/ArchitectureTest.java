package io.slipway.e2e.deployments;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The arrows between modules, as docs/architecture.md draws them. It looks at what the other modules compiled. */
@Order(0)
class ArchitectureTest {
    private static final Path ROOT = Path.of("../../..");
    private static final Set<String> ENGINE =
            Set.of("director/engine/store", "director/engine/templates", "director/engine/secrets");

    /** What each module may depend on, besides itself. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("protocol", Set.of()),
            entry("director/model", Set.of()),
            entry("director/cpi/spi", Set.of()),
            entry("director/cpi/local", Set.of("director/cpi/spi")),
            entry("director/cpi/external", Set.of("director/cpi/spi")),
            entry("director/cpi/vsphere", Set.of("director/cpi/spi")),
            entry("agent-core", Set.of("protocol")),
            entry("director/cpi/simulated", Set.of("director/cpi/spi", "agent-core", "protocol")),
            entry("director/engine/store", Set.of("director/model", "director/cpi/spi")),
            entry("director/engine/templates", Set.of("director/model")),
            entry("director/engine/secrets", Set.of("director/model", "director/engine/store")),
            entry("director/engine/core", and(ENGINE, "director/model", "director/cpi/spi", "protocol")),
            entry("director/kubernetes", Set.of("director/engine/core", "director/engine/store", "director/model")),
            entry("director/http", Set.of("director/engine/core", "director/kubernetes", "director/model")),
            entry("health-monitor", Set.of("director/engine/core", "director/cpi/spi", "director/model")),
            entry(
                    "director/server",
                    and(
                            ENGINE,
                            "director/engine/core",
                            "health-monitor",
                            "director/kubernetes",
                            "director/http",
                            "director/model",
                            "director/cpi/spi")),
            entry("node-agent", Set.of("agent-core", "protocol")),
            entry("deploy/cli", Set.of()),
            entry("deploy/e2e/kit", Set.of()));

    private static final Map<String, JavaClasses> CLASSES = new HashMap<>();
    private static final Map<String, String> MODULE_OF_CLASS = new HashMap<>();

    @BeforeAll
    static void read() {
        for (String module : MAY_USE.keySet()) {
            Path compiled = ROOT.resolve(module).resolve("target/classes");
            assertThat(compiled).as("build all modules first").isDirectory();
            var classes = new ClassFileImporter().importPath(compiled);
            CLASSES.put(module, classes);
            classes.forEach(one -> MODULE_OF_CLASS.put(one.getName(), module));
        }
    }

    /** The other tests need the memory. */
    @AfterAll
    static void forget() {
        CLASSES.clear();
        MODULE_OF_CLASS.clear();
    }

    @Test
    void modules_use_only_those_that_they_may() {
        var violations = new TreeSet<String>();
        CLASSES.forEach((module, classes) -> {
            for (JavaClass one : classes) {
                for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
                    String used = MODULE_OF_CLASS.getOrDefault(
                            dependency.getTargetClass().getBaseComponentType().getName(), module);
                    if (!used.equals(module)
                            && !MAY_USE.getOrDefault(module, Set.of()).contains(used)) {
                        violations.add(module + " uses " + used + ": " + dependency.getDescription());
                    }
                }
            }
        });
        assertThat(violations).isEmpty();
    }

    @Test
    void every_module_with_classes_is_known_here() throws Exception {
        var modules = new ArrayList<String>();
        try (Stream<Path> all = Files.walk(ROOT, 6)) {
            all.filter(path -> path.endsWith("src/main/java"))
                    .forEach(path ->
                            modules.add(ROOT.relativize(path.resolve("../../..").normalize())
                                    .toString()));
        }
        assertThat(MAY_USE.keySet()).containsAll(modules);
    }

    /** A module's topmost package is left out: it holds what all share, and what puts the others together. */
    @Test
    void packages_of_a_module_have_no_cycles() {
        CLASSES.forEach((module, classes) -> slices().matching("io.slipway.(*).(*)..")
                .should()
                .beFreeOfCycles()
                .because("that is so in " + module)
                .allowEmptyShould(true)
                .check(classes));
    }

    @Test
    void packages_are_features_and_not_layers() {
        for (String layer : List.of("util", "utils", "impl", "actors", "manager", "managers", "helpers", "common")) {
            for (JavaClasses classes : CLASSES.values()) {
                noClasses()
                        .should()
                        .resideInAPackage("io.slipway.." + layer + "..")
                        .check(classes);
            }
        }
    }

    @Test
    void the_director_logs_and_does_not_print() {
        CLASSES.forEach((module, classes) -> {
            if (module.startsWith("director/") && !module.equals("director/server")) {
                noClasses()
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err")
                        .orShould()
                        .dependOnClassesThat()
                        .resideInAPackage("java.util.logging")
                        .check(classes);
            }
        });
    }

    /** The runtime of a stemcell's agent is made of three Java modules. */
    @Test
    void agents_use_nothing_that_their_runtime_does_not_have() {
        for (String module : List.of("agent-core", "node-agent")) {
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.net.http..",
                            "java.sql..",
                            "java.beans..",
                            "java.lang.management..",
                            "javax.management..",
                            "javax.naming..",
                            "javax.xml..")
                    .because("it is no part of the runtime that deploy/stemcell/build makes")
                    .check(CLASSES.get(module));
        }
    }

    private static Set<String> and(Set<String> some, String... more) {
        var all = new TreeSet<>(some);
        all.addAll(List.of(more));
        return all;
    }
}
