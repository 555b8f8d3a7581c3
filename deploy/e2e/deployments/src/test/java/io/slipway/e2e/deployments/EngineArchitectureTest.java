package io.slipway.e2e.deployments;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The arrows between the packages of the engine, as docs/architecture.md draws them, and the way in from outside. */
@Order(0)
class EngineArchitectureTest {
    private static final String ENGINE = "io.slipway.engine";

    /** Which features of the engine a feature may use; its topmost package, which is its public face, may be used by all. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("address", Set.of("ask")),
            entry("blob", Set.of("logs")),
            entry("cleanup", Set.of("artifact", "export", "state", "upload")),
            entry("compile", Set.of("address", "agent", "ask", "cpi", "plan", "run")),
            entry("config", Set.of("plan", "state")),
            entry(
                    "deployment",
                    Set.of(
                            "ask",
                            "disk",
                            "errand",
                            "export",
                            "instance",
                            "plan",
                            "problem",
                            "queue",
                            "request",
                            "rollout",
                            "run",
                            "state",
                            "task")),
            entry("disk", Set.of("instance", "plan", "preparation", "render", "request", "run")),
            entry(
                    "errand",
                    Set.of("agent", "ask", "config", "instance", "logs", "plan", "preparation", "request", "run")),
            entry("export", Set.of("compile", "config", "cpi", "plan", "preparation", "request", "run")),
            entry("instance", Set.of("agent", "ask", "state")),
            entry("logs", Set.of("agent", "instance")),
            entry("naming", Set.of("agent", "state")),
            entry("plan", Set.of("address", "instance")),
            entry(
                    "preparation",
                    Set.of(
                            "address",
                            "ask",
                            "compile",
                            "config",
                            "cpi",
                            "instance",
                            "naming",
                            "network",
                            "plan",
                            "render",
                            "run",
                            "state")),
            entry("problem", Set.of("agent", "ask", "instance", "plan", "preparation", "request", "run", "state")),
            entry("render", Set.of("cpi", "instance", "plan")),
            entry("request", Set.of("instance")),
            entry("resurrection", Set.of("request")),
            entry(
                    "rollout",
                    Set.of("address", "ask", "instance", "naming", "network", "plan", "preparation", "request", "run")),
            entry("run", Set.of("ask", "plan")),
            entry("ssh", Set.of("agent", "instance")),
            entry("subnet", Set.of("address", "ask")),
            entry("task", Set.of("ask", "cluster", "queue", "run", "state")),
            entry("upload", Set.of("artifact", "state")),
            entry("vm", Set.of("instance")));

    private static JavaClasses classesOf(String module) {
        return new ClassFileImporter().importPath(Path.of("../../..", module, "target/classes"));
    }

    @Test
    void features_of_the_engine_use_only_those_below_them() {
        var violations = new TreeSet<String>();
        for (JavaClass one : classesOf("director/engine/core")) {
            String feature = featureOf(one);
            for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
                String used = featureOf(dependency.getTargetClass().getBaseComponentType());
                boolean mayUse = feature.isEmpty()
                        || used.isEmpty()
                        || used.equals(feature)
                        || MAY_USE.getOrDefault(feature, Set.of()).contains(used);
                if (!mayUse) {
                    violations.add(feature + " uses " + used + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    /** Empty for what is outside of the engine, and for its topmost package. */
    private static String featureOf(JavaClass one) {
        String name = one.getPackageName();
        return name.startsWith(ENGINE + ".") ? name.substring(ENGINE.length() + 1) : "";
    }

    @Test
    void the_api_reaches_the_engine_by_its_services_alone() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.slipway.store..",
                        "io.slipway.secrets..",
                        "io.slipway.templates..",
                        "org.apache.pekko.persistence..",
                        "org.apache.pekko.cluster..",
                        "org.jdbi..")
                .check(classesOf("director/http"));
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(inEngine(
                        "address",
                        "agent",
                        "ask",
                        "compile",
                        "cpi",
                        "deployment",
                        "disk",
                        "export",
                        "instance",
                        "naming",
                        "plan",
                        "preparation",
                        "problem",
                        "queue",
                        "render",
                        "request",
                        "resurrection",
                        "rollout",
                        "run",
                        "state",
                        "subnet",
                        "task"))
                .check(classesOf("director/http"));
    }

    private static String[] inEngine(String... features) {
        var packages = new String[features.length];
        for (int at = 0; at < features.length; at++) {
            packages[at] = ENGINE + "." + features[at] + "..";
        }
        return packages;
    }
}
