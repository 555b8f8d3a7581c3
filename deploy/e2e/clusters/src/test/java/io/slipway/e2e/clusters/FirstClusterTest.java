package io.slipway.e2e.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Installation;
import io.slipway.e2e.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What a newcomer does: up, look, up again, down, up. */
@Order(10)
class FirstClusterTest {
    @Test
    @Order(1)
    void comes_up_with_a_cluster_that_answers() {
        Installation slipway = Installation.get();

        Outcome up = slipway.up().mustSucceed();

        assertThat(up.out()).contains("Cluster:   first", "get nodes");
        assertThat(slipway.kubectl("first", "get", "nodes", "--no-headers"))
                .containsPattern("worker-0 +Ready .* v1\\.37\\.");
        assertThat(slipway.json("clusters", "--json")
                        .path(0)
                        .path("last_action_state")
                        .asText())
                .isEqualTo("succeeded");
    }

    @Test
    @Order(2)
    void changes_nothing_when_it_is_up_already() {
        Outcome again = Installation.get().up().mustSucceed();

        assertThat(again.out()).contains("Everything was up already: nothing was changed.");
        assertThat(again.err()).isEmpty();
    }

    @Test
    @Order(3)
    void comes_back_with_its_data_after_down() {
        Installation slipway = Installation.get();
        slipway.kubectl("first", "create", "configmap", "kept", "--from-literal=answer=42");

        slipway.slipway("down").mustSucceed();
        assertThat(slipway.traces()).as("nothing runs while it is down").isEmpty();
        slipway.up().mustSucceed();

        assertThat(slipway.kubectl("first", "get", "configmap", "kept", "-o", "jsonpath={.data.answer}"))
                .isEqualTo("42");
        Installation.await(Duration.ofSeconds(90), () -> {
            String nodes = slipway.kubectl("first", "get", "nodes", "--no-headers");
            String pods = slipway.kubectl("first", "-n", "kube-system", "get", "pods", "--no-headers");
            boolean isUp = nodes.contains(" Ready ") && pods.lines().allMatch(line -> line.contains(" 1/1 "));
            return isUp ? "" : nodes + "\n" + pods;
        });
    }

    @Test
    @Order(4)
    void refuses_bad_requests_for_clusters() {
        Installation slipway = Installation.get();

        slipway.slipway("create-cluster", "x", "--plan", "huge").mustBeRefused("huge", "small", "production");
        slipway.slipway("create-cluster", "Not_DNS", "--plan", "small").mustBeRefused("Not_DNS", "cluster name");
        slipway.slipway("create-cluster", "first", "--plan", "small").mustBeRefused("first", "already");
        slipway.slipway("create-cluster", "x", "--plan", "small", "--num-nodes", "99")
                .mustBeRefused("99");
        slipway.slipway("create-cluster", "x", "--plan", "small", "--num-nodes", "5000")
                .mustBeRefused("5000");
        slipway.slipway("cluster", "none").mustBeRefused("none");
        slipway.slipway("delete-cluster", "none", "--non-interactive").mustBeRefused("none");
        slipway.slipway("get-credentials", "none").mustBeRefused("none");
        String other = slipway.data() + "-other";
        slipway.slipway("up", "--port", "99999", "--data-dir", other).mustBeRefused("99999");
        String port = Integer.toString(slipway.port());
        slipway.slipway("up", "--port", port, "--data-dir", other).mustBeRefused(port, "in use");
        slipway.slipway("up", "--plan", "nope", "--data-dir", other).mustBeRefused("nope", "small", "production");
        assertThat(Path.of(other)).doesNotExist();
        assertThat(slipway.json("clusters", "--json")).hasSize(1);
    }
}
