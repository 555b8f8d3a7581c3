package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.kubernetes.Cluster;
import io.slipway.kubernetes.JdbiClusterRows;
import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus, with the configuration that operators get, scrapes a director that has worked: each query of each dashboard and
 * of each rule has an answer, and the programs of Prometheus find nothing wrong with the rules.
 */
class DashboardsTest {
    private static final Path GRAFANA = Path.of("../../deploy/configs/grafana");
    private static final Path RUNBOOKS = Path.of("../../docs/operations/runbooks");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Pattern METRIC =
            Pattern.compile("\\b((?:slipway[:_]|jvm_|process_|hikaricp_)[a-z0-9_:]+|up)\\b(?=\\s*[\\[{)>*/ ]|$)");
    private static final Duration LONGEST = Duration.ofSeconds(120);

    @TempDir
    Path folder;

    @Test
    void every_query_of_every_dashboard_and_rule_has_an_answer() throws Exception {
        PrometheusServer.program("prometheus");
        var database = EmptyDatabase.POSTGRESQL.in(folder);
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT, Optional.of(database));
                var prometheus = PrometheusServer.start(
                        folder.resolve("prometheus"), director.settings(), SimulatedDirector.PASSWORD)) {
            awaited("Prometheus does not start", prometheus::isReady);
            awaited("the director is not found", () -> prometheus.answers("up{job=\"slipway-director\"} == 1"));
            work(director);

            var unanswered = new LinkedHashMap<String, String>(queries());
            assertThat(unanswered).hasSizeGreaterThan(60);
            var deadline = Instant.now().plus(LONGEST);
            while (!unanswered.isEmpty() && Instant.now().isBefore(deadline)) {
                for (var query : List.copyOf(unanswered.keySet())) {
                    if (prometheus.answers(query)) {
                        unanswered.remove(query);
                    }
                }
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }

            assertThat(unanswered).isEmpty();
            assertThat(prometheus.failedRules()).isEmpty();
        }
    }

    /** All that there are metrics of: deploys that go well and badly, a cluster's nodes, an instance that does not run. */
    private static void work(SimulatedDirector director) throws Exception {
        var api = director.api();
        var cluster = cluster();
        api.done(api.deploy(TinyRelease.manifest(cluster.deployment(), 2, "one", "small")));
        api.done(api.deploy(TinyRelease.manifest("web", 2, "one", "small")));
        try (var database = Database.open(director.database())) {
            new JdbiClusterRows(database.jdbi()).write(cluster, 1);
        }
        api.ended(api.taskOfPut("/deployments/web/jobs/web/0?state=detached", ""));
        assertThat(api.ended(api.deploy(TinyRelease.manifest("bad", 1, "one", "no-such-type")))
                        .path("state")
                        .asText())
                .isEqualTo("error");
        System.gc();
        // So that there is a rate of what happens seldom.
        LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
        api.done(api.deploy(TinyRelease.manifest("web", 2, "two", "small")));
        api.ended(api.deploy(TinyRelease.manifest("bad", 1, "two", "no-such-type")));
    }

    private static Cluster cluster() {
        return new Cluster(
                "0b0f5e4c-2f5a-4a1b-9a53-5b1f3ad7f001",
                "steady",
                "small",
                Cluster.Action.CREATE,
                Cluster.ActionState.SUCCEEDED,
                "",
                "10.0.0.1",
                8443,
                "",
                2,
                List.of(),
                "1.37.2",
                1);
    }

    @Test
    void promtool_finds_nothing_wrong_with_configuration_and_rules_and_each_alert_fires_once() throws Exception {
        String promtool = PrometheusServer.program("promtool").toString();
        Path configs = PrometheusServer.CONFIGS.toAbsolutePath().normalize();
        Path copy = folder.resolve("configs");
        Files.createDirectories(copy.resolve("rules"));
        Files.createDirectories(copy.resolve("tests"));
        try (Stream<Path> files = Files.walk(configs)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(configs.relativize(file)));
            }
        }
        Files.writeString(copy.resolve("scrape-password"), "x");
        Files.writeString(copy.resolve("ca.pem"), "");

        succeeds(copy, promtool, "check", "config", "prometheus.yml");
        succeeds(copy, promtool, "check", "rules", "rules/alerts.yml", "rules/recording.yml");
        succeeds(copy.resolve("tests"), promtool, "test", "rules", "alerts_test.yml");
        var tested = new TreeSet<String>();
        YAML.readTree(configs.resolve("tests/alerts_test.yml").toFile())
                .path("tests")
                .forEach(test -> tested.add(test.path("name").asText()));
        assertThat(tested).containsAll(alerts().keySet());
    }

    @Test
    void every_alert_says_how_bad_it_is_and_has_a_page_that_says_what_to_do() throws Exception {
        assertThat(alerts()).hasSizeGreaterThan(10);
        for (var alert : alerts().entrySet()) {
            JsonNode rule = alert.getValue();
            assertThat(rule.path("labels").path("severity").asText())
                    .as(alert.getKey())
                    .isIn("warning", "critical");
            assertThat(rule.path("annotations").path("summary").asText())
                    .as(alert.getKey())
                    .isNotEmpty();
            assertThat(rule.path("annotations").path("runbook_url").asText())
                    .isEqualTo("docs/operations/runbooks/" + alert.getKey() + ".md");
            assertThat(RUNBOOKS.resolve(alert.getKey() + ".md"))
                    .content()
                    .startsWith("# " + alert.getKey())
                    .contains("## What to do")
                    .contains(rule.path("expr").asText());
        }
    }

    private static void succeeds(Path folder, String... command) throws Exception {
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + said)
                .isZero();
    }

    /** Of panels and variables as Grafana would send them, of recording rules, and the metrics of alerts; with where they are from. */
    private static Map<String, String> queries() throws Exception {
        var queries = new LinkedHashMap<String, String>();
        try (Stream<Path> files = Files.list(GRAFANA)) {
            for (Path file : files.sorted().toList()) {
                JsonNode dashboard = JSON.readTree(file.toFile());
                for (JsonNode panel : dashboard.path("panels")) {
                    for (JsonNode target : panel.path("targets")) {
                        queries.put(
                                asSent(target.path("expr").asText()),
                                file.getFileName() + ", " + panel.path("title").asText());
                    }
                }
                for (JsonNode variable : dashboard.path("templating").path("list")) {
                    String query = variable.path("query").path("query").asText();
                    var named =
                            Pattern.compile("label_values\\((\\w+), (\\w+)\\)").matcher(query);
                    if (named.matches()) {
                        queries.put(
                                "count by (" + named.group(2) + ") (" + named.group(1) + "{" + named.group(2)
                                        + "!=\"\"})",
                                file.getFileName() + ", variable "
                                        + variable.path("name").asText());
                    }
                }
            }
        }
        for (JsonNode rule : rules("recording.yml")) {
            queries.put(rule.path("expr").asText(), rule.path("record").asText());
            queries.put(rule.path("record").asText(), rule.path("record").asText());
        }
        for (var alert : alerts().entrySet()) {
            var metrics = METRIC.matcher(alert.getValue().path("expr").asText());
            int found = 0;
            while (metrics.find()) {
                queries.put(metrics.group(1), alert.getKey());
                found++;
            }
            assertThat(found).as(alert.getKey()).isPositive();
        }
        return queries;
    }

    private static String asSent(String query) {
        return query.replace("$__rate_interval", "1m").replaceAll("\\$[a-z]+\\b", ".*");
    }

    private static Map<String, JsonNode> alerts() throws Exception {
        var alerts = new LinkedHashMap<String, JsonNode>();
        rules("alerts.yml").forEach(rule -> alerts.put(rule.path("alert").asText(), rule));
        return alerts;
    }

    private static List<JsonNode> rules(String file) throws Exception {
        var rules = new ArrayList<JsonNode>();
        YAML.readTree(PrometheusServer.CONFIGS.resolve("rules").resolve(file).toFile())
                .path("groups")
                .forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }

    private static void awaited(String otherwise, Callable<Boolean> condition) throws Exception {
        var deadline = Instant.now().plus(LONGEST);
        while (!condition.call()) {
            assertThat(Instant.now()).as(otherwise).isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }
}
