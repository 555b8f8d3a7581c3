package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a running director tells Prometheus, and to whom. */
@ExtendWith(DirectorExtension.class)
class MetricsTest {
    private static final Pattern NAME = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private final RunningDirector director;

    MetricsTest(RunningDirector director) {
        this.director = director;
    }

    @Test
    void a_scraper_reads_metrics_and_nothing_else() throws IOException {
        assertThat(director.send("GET", "/metrics", RunningDirector.SCRAPER, "").status())
                .isEqualTo(200);
        for (String path : List.of("/deployments", "/tasks", "/events", "/configs", "/audit/head", "/v1/clusters")) {
            var answer = director.send("GET", path, RunningDirector.SCRAPER, "");
            assertThat(answer.status()).as(path).isEqualTo(401);
            assertThat(answer.body()).as(path).contains("user 'scraper' may only read metrics");
        }
        assertThat(director.send("POST", "/cleanup", RunningDirector.SCRAPER, "{}")
                        .status())
                .isEqualTo(401);
        assertThat(director.send("GET", "/metrics", RunningDirector.NOBODY, "").status())
                .isEqualTo(401);
    }

    @Test
    void directors_and_clusters_are_found_by_service_discovery() throws Exception {
        var found = director.send("GET", "/sd/directors", RunningDirector.SCRAPER, "");
        for (int tries = 0; !found.body().contains("127.0.0.1") && tries < 200; tries++) {
            found = director.send("GET", "/sd/directors", RunningDirector.SCRAPER, "");
        }

        assertThat(found.headers().toString()).contains("application/json");
        assertThat(found.body())
                .matches("\\[\\{\"targets\":\\[\"127.0.0.1:[0-9]+\"],\"labels\":\\{\"job\":\"slipway-director\"}}]");
        assertThat(director.send("GET", "/sd/clusters", RunningDirector.SCRAPER, "")
                        .body())
                .isEqualTo("[]");
    }

    @Test
    void metrics_are_named_as_prometheus_wants_them() throws IOException {
        var found = NAME.matcher(scrape());
        var names = new TreeSet<String>();
        while (found.find()) {
            String name = found.group(1);
            names.add(name);
            assertThat(name).matches("(slipway|jvm|process|system|hikaricp)_[a-z0-9_]+");
            if (found.group(2).equals("counter")) {
                assertThat(name).endsWith("_total");
            } else {
                assertThat(name).doesNotEndWith("_total");
            }
            assertThat(name).doesNotContain("_milliseconds", "_minutes", "_kilobytes");
        }

        assertThat(names)
                .contains(
                        "slipway_director_info",
                        "slipway_instances",
                        "slipway_deployments",
                        "slipway_tasks",
                        "slipway_clusters",
                        "slipway_agents_connected",
                        "slipway_agent_streams_opened_total",
                        "slipway_rollout_instances_pending",
                        "slipway_audit_head",
                        "slipway_fleet_counted_timestamp_seconds",
                        "slipway_blob_stored_bytes_total",
                        "slipway_http_request_duration_seconds",
                        "hikaricp_connections_active",
                        "jvm_memory_used_bytes");
    }

    @Test
    void a_request_is_counted_by_its_endpoint_and_never_by_what_it_names() throws IOException {
        director.get("/tasks/4711");
        director.get("/nothing/at/all/4712");

        assertThat(scrape())
                .contains(
                        "slipway_http_request_duration_seconds_count{method=\"GET\",path=\"/tasks/{id}\",status=\"4xx\"}")
                .contains("path=\"none\",status=\"4xx\"")
                .doesNotContain("4711", "4712");
    }

    private String scrape() throws IOException {
        return director.send("GET", "/metrics", RunningDirector.SCRAPER, "").body();
    }
}
