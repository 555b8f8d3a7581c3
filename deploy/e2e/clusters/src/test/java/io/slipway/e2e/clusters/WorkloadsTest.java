package io.slipway.e2e.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.Neighbour;
import io.slipway.e2e.Outcome;
import io.slipway.e2e.Tgz;
import io.slipway.e2e.Vm;
import io.slipway.store.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Pods on a cluster of two workers, with all the ways that lead to them. */
@Order(13)
class WorkloadsTest {
    private static final String CLUSTER = "pair";
    private static final String MANIFEST = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 3
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  topologySpreadConstraints:
                  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
                  containers:
                  - name: web
                    image: slipway.invalid/test-server:1.0
                    args: [serve, ":8080"]
                    imagePullPolicy: IfNotPresent
                    readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                    resources: {requests: {cpu: 10m, memory: 16Mi}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              type: NodePort
              selector: {app: web}
              ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
            """;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void deploy() throws IOException {
        Installation slipway = Installation.get();
        slipway.cluster(CLUSTER, "small", 2);
        slipway.apply(CLUSTER, MANIFEST);
        slipway.kubectl(CLUSTER, "rollout", "status", "deployment/web", "--timeout=120s");
    }

    /** What runs on takes processor time from the tests that follow. */
    @AfterAll
    static void delete() {
        Installation.get()
                .slipway("delete-cluster", CLUSTER, "--non-interactive")
                .mustSucceed();
    }

    @Test
    void spreads_pods_that_reach_each_other_across_nodes() {
        List<String> pods = pods();
        assertThat(pods.stream().map(pod -> pod.split(" ")[2]).distinct()).hasSize(2);

        for (String from : pods) {
            for (String to : pods) {
                assertThat(fetch(from.split(" ")[0], "http://" + to.split(" ")[1] + ":8080/"))
                        .isEqualTo(to.split(" ")[0]);
            }
        }
    }

    @Test
    void serves_by_cluster_address_and_by_name() {
        String clusterIp = kubectl("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
        for (String pod : pods()) {
            String name = pod.split(" ")[0];
            Installation.await(
                    Duration.ofSeconds(30),
                    () -> fetch(name, "http://" + clusterIp + "/").startsWith("web-") ? "" : "another answer");
            assertThat(fetch(name, "http://web/")).startsWith("web-");
            assertThat(fetch(name, "http://web.default.svc.cluster.local/")).startsWith("web-");
        }
    }

    @Test
    void serves_by_the_port_of_any_node() throws Exception {
        String addresses = kubectl(
                "get", "nodes", "-o", "jsonpath={.items[*].status.addresses[?(@.type==\"InternalIP\")].address}");
        assertThat(addresses.split(" ")).hasSize(2);
        for (String address : addresses.split(" ")) {
            // A node's proxy learns of a service a moment after its pods are ready.
            Installation.await(
                    Duration.ofSeconds(30),
                    () -> get("http://" + address + ":30080/").startsWith("web-") ? "" : "another answer");
        }
    }

    @Test
    void shows_logs_runs_commands_and_forwards_ports() throws Exception {
        String pod = pods().getFirst().split(" ")[0];
        assertThat(kubectl("logs", pod)).contains(pod + " serves on :8080");
        assertThat(kubectl("exec", pod, "--", "/test-server", "hostname")).isEqualTo(pod);

        int port = FreePort.any();
        Process forward = Installation.get().startKubectl(CLUSTER, "port-forward", "pod/" + pod, port + ":8080");
        try {
            Installation.await(
                    Duration.ofSeconds(30),
                    () -> get("http://127.0.0.1:" + port + "/").equals(pod) ? "" : "another answer");
        } finally {
            forward.destroy();
        }
    }

    @Test
    void tells_what_nodes_and_pods_use() {
        Installation slipway = Installation.get();
        Installation.await(Duration.ofSeconds(120), () -> {
            Outcome nodes = slipway.tryKubectl(CLUSTER, "top", "nodes", "--no-headers");
            Outcome pods = slipway.tryKubectl(CLUSTER, "top", "pods", "--no-headers");
            boolean isWhole =
                    nodes.out().lines().filter(line -> line.contains("Mi")).count() == 2
                            && pods.out()
                                            .lines()
                                            .filter(line -> line.startsWith("web-"))
                                            .count()
                                    == 3;
            return isWhole ? "" : nodes.out() + nodes.err() + pods.out() + pods.err();
        });
    }

    @Test
    void lets_pods_reach_other_vms_as_their_node_and_the_outside_as_the_machine() throws Exception {
        String pod = pods().getFirst().split(" ")[0];
        String master = Installation.get()
                .json("cluster", CLUSTER, "--json")
                .path("kubernetes_master_ips")
                .path(0)
                .asText();
        try (var neighbour = new Neighbour();
                var outside = neighbour.place().serve(neighbour.address(), 7000);
                var inside = Vm.withAddress(Installation.get(), master).place().serve(master, 7000)) {
            assertThat(fetch(pod, "http://" + neighbour.address() + ":7000/client"))
                    .isEqualTo(neighbour.ofThisMachine());

            String seen = fetch(pod, "http://" + master + ":7000/client");
            String nodes = kubectl(
                    "get", "nodes", "-o", "jsonpath={.items[*].status.addresses[?(@.type==\"InternalIP\")].address}");
            assertThat(seen).isNotBlank();
            assertThat(nodes.split(" "))
                    .as("pod addresses do not leave their cluster")
                    .contains(seen);
        }
    }

    private static String kubectl(String... arguments) {
        return Installation.get().kubectl(CLUSTER, arguments);
    }

    private static String fetch(String pod, String url) {
        return kubectl("exec", pod, "--", "/test-server", "get", url);
    }

    @Test
    void has_logs_of_all_instances_in_one_archive() throws Exception {
        Api api = Installation.get().api();
        String deployment = "service-instance_"
                + Installation.get()
                        .json("cluster", CLUSTER, "--json")
                        .path("uuid")
                        .asText();

        Api.Answer logs = api.run("/deployments/" + deployment + "/jobs/*/*/logs?type=job,agent,system");

        assertThat(logs.description()).matches("[0-9a-f]{64}");
        var members = new ArrayList<String>();
        for (byte[] member :
                Tgz.files(api.download("/resources/" + logs.description())).values()) {
            members.addAll(Tgz.files(member).keySet());
        }
        assertThat(members)
                .contains("./etcd/etcd.stderr.log", "./kubelet/kubelet.stderr.log", "./current")
                .anyMatch(name -> name.startsWith("./var/log/"));
        assertThat(api.run("/deployments/" + deployment + "/jobs/none/*/logs").status())
                .isEqualTo(404);
    }

    /** Name, address and node of each. */
    private static List<String> pods() {
        List<String> pods = kubectl(
                        "get",
                        "pods",
                        "-l",
                        "app=web",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name} {.status.podIP} {.spec.nodeName}{\"\\n\"}{end}")
                .lines()
                .toList();
        assertThat(pods).hasSize(3);
        return pods;
    }

    private String get(String url) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
    }
}
