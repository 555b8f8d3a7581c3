package io.slipway.e2e.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Installation;
import io.slipway.e2e.Outcome;
import java.io.IOException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Clusters beside each other: each with the same pod addresses, neither with a way to the other's pods. */
@Order(11)
class SideBySideTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: NAME}
            spec:
              containers:
              - name: web
                image: slipway.invalid/test-server:1.0
                args: [serve, ":8080"]
                imagePullPolicy: IfNotPresent
            """;

    @Test
    @Order(1)
    void do_not_see_each_others_pods() throws IOException {
        Installation slipway = Installation.get();
        slipway.up().mustSucceed();
        slipway.cluster("beside", "small", 1);
        for (String cluster : new String[] {"first", "beside"}) {
            slipway.apply(cluster, POD.replace("NAME", "only-in-" + cluster));
            slipway.kubectl(cluster, "wait", "--for=condition=Ready", "pod/only-in-" + cluster, "--timeout=60s");
        }

        String other = slipway.kubectl("first", "get", "pod", "only-in-first", "-o", "jsonpath={.status.podIP}");
        Outcome fetched = slipway.tryKubectl(
                "beside", "exec", "only-in-beside", "--", "/test-server", "get", "http://" + other + ":8080/");

        // The other cluster may have a pod of its own at that address.
        assertThat(fetched.out()).doesNotContain("only-in-first");
        assertThat(slipway.kubectl("beside", "get", "pods", "--all-namespaces", "-o", "name"))
                .doesNotContain("only-in-first");
        assertThat(slipway.tryKubectl(
                                "beside",
                                "--server",
                                slipway.kubectl(
                                        "first",
                                        "config",
                                        "view",
                                        "-o",
                                        "jsonpath={.clusters[?(@.name==\"first\")].cluster.server}"),
                                "get",
                                "nodes")
                        .code())
                .as("the other cluster's API takes no credentials of this one")
                .isNotZero();
    }

    @Test
    @Order(2)
    void one_goes_and_the_other_stays() throws IOException {
        Installation slipway = Installation.get();
        int vms = slipway.vms().size();

        slipway.slipway("delete-cluster", "beside", "--non-interactive").mustSucceed();

        assertThat(slipway.vms()).hasSize(vms - 2);
        assertThat(slipway.slipway("clusters").mustSucceed().out()).doesNotContain("beside");
        assertThat(slipway.kubectl("first", "get", "nodes", "--no-headers")).contains(" Ready ");
        assertThat(slipway.kubectl("first", "get", "pod", "only-in-first", "--no-headers"))
                .contains("Running");
    }
}
