package io.slipway.e2e.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.e2e.Installation;
import io.slipway.e2e.Neighbour;
import io.slipway.e2e.Outcome;
import io.slipway.e2e.Place;
import io.slipway.e2e.Programs;
import io.slipway.e2e.Vm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What others reach of a cluster and its director: a neighbour of the machine, a user of it, and the root of a node. */
@Order(12)
class IntrudersTest {
    private static final String CLUSTER = "first";
    private static final int API = 8443;

    private static Installation slipway;
    private static String apiAddress;
    private static String master;
    private static String worker;
    private static Vm node;

    @BeforeAll
    static void find() throws IOException {
        slipway = Installation.get();
        slipway.cluster(CLUSTER, "small", 1);
        JsonNode cluster = slipway.json("cluster", CLUSTER, "--json");
        apiAddress = cluster.path("parameters").path("kubernetes_master_host").asText();
        master = cluster.path("kubernetes_master_ips").path(0).asText();
        worker = slipway.kubectl(
                CLUSTER,
                "get",
                "node",
                "worker-0",
                "-o",
                "jsonpath={.status.addresses[?(@.type==\"InternalIP\")].address}");
        node = Vm.withAddress(slipway, worker);
    }

    @Test
    void a_neighbour_of_the_machine_reaches_neither_vms_nor_the_director() {
        try (var neighbour = new Neighbour()) {
            for (String address : List.of(apiAddress, master)) {
                assertThat(Place.THIS_MACHINE.reaches(address, API)).as(address).isTrue();
                assertThat(neighbour.place().reaches(address, API)).as(address).isFalse();
            }
            assertThat(neighbour.place().reaches(worker, 10250)).as("kubelet").isFalse();
            for (int port : List.of(slipway.port(), slipway.port() + 1)) {
                assertThat(neighbour.place().reaches(neighbour.ofThisMachine(), port))
                        .as("port " + port)
                        .isFalse();
            }
        }
    }

    @Test
    void a_node_reaches_the_director_and_nothing_else_of_the_machine() throws IOException {
        String gateway =
                node.run("ip", "route", "show", "default").mustSucceed().out().split(" ")[2];
        try (var service = new ServerSocket(0, 10, InetAddress.getByName("0.0.0.0"));
                var neighbour = new Neighbour()) {
            for (String address : List.of(gateway, neighbour.ofThisMachine())) {
                assertThat(Place.THIS_MACHINE.reaches(address, service.getLocalPort()))
                        .isTrue();
                assertThat(node.place().reaches(address, service.getLocalPort()))
                        .as(address)
                        .isFalse();
            }
            for (int port : List.of(slipway.port(), slipway.port() + 1)) {
                assertThat(node.place().reaches(gateway, port))
                        .as("port " + port)
                        .isTrue();
            }
        }
    }

    @Test
    void a_node_does_not_take_over_the_address_of_the_api() throws IOException {
        node.place().ip("addr", "add", apiAddress + "/32", "dev", "eth0");
        try (var trap = node.place().count(apiAddress, 7443)) {
            Place.THIS_MACHINE.ip("neigh", "flush", "to", apiAddress);
            Vm.withAddress(slipway, master).place().ip("neigh", "flush", "all");

            assertThat(Place.THIS_MACHINE.reaches(apiAddress, 7443)).isFalse();
            assertThat(Place.THIS_MACHINE.reaches(apiAddress, API)).isTrue();
        } finally {
            node.place().ip("addr", "del", apiAddress + "/32", "dev", "eth0");
        }
    }

    @Test
    void another_user_of_the_machine_reads_nothing_of_the_installation() throws IOException {
        assumeThat(Path.of("/usr/bin/setpriv")).isExecutable();
        Path open = slipway.data().getParent();
        var before = Files.getPosixFilePermissions(open);
        // What protects it shall not be that the tests' folder is private.
        Files.setPosixFilePermissions(open, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Outcome found = Programs.run(
                    Path.of("/"),
                    Map.of(),
                    60,
                    List.of(
                            "setpriv",
                            "--reuid",
                            "1000",
                            "--regid",
                            "1000",
                            "--clear-groups",
                            "--",
                            "find",
                            open.toString(),
                            "-type",
                            "f",
                            "(",
                            "-readable",
                            "-o",
                            "-writable",
                            "-o",
                            "-perm",
                            "/6000",
                            ")"));

            // The files of the tests themselves are none of the installation's.
            assertThat(found.out().lines())
                    .noneMatch(line -> line.startsWith(slipway.data().toString()))
                    .noneMatch(line -> line.endsWith("config.yml") || line.endsWith("kubeconfig"));
            assertThat(found.err()).contains(slipway.data().toString() + "’: Permission denied");
        } finally {
            Files.setPosixFilePermissions(open, before);
        }
    }

    @Test
    void who_reads_a_secret_is_told_whatever_rights_they_have() throws Exception {
        slipway.kubectl(CLUSTER, "create", "secret", "generic", "bait", "--from-literal=key=never-to-be-logged");
        slipway.kubectl(CLUSTER, "-n", "kube-system", "create", "serviceaccount", "reader");
        slipway.kubectl(
                CLUSTER,
                "create",
                "clusterrolebinding",
                "reader",
                "--clusterrole=cluster-admin",
                "--serviceaccount=kube-system:reader");
        String token = slipway.kubectl(CLUSTER, "-n", "kube-system", "create", "token", "reader");
        String url = "https://" + apiAddress + ":" + API + "/api/v1/namespaces/default/secrets/bait";
        String ca = "/var/vcap/jobs/kubelet/config/ca.pem";
        String own = "/var/vcap/data/kubelet/pki/kubelet-client-current.pem";

        String read = node.run("curl", "-s", "--cacert", ca, "-H", "Authorization: Bearer " + token, url)
                .mustSucceed()
                .out();
        node.run("curl", "-s", "--cacert", ca, "--cert", own, "--key", own, url).mustSucceed();

        assertThat(read).contains("\"kind\": \"Secret\"");
        Installation.await(Duration.ofSeconds(20), () -> {
            var readers = readersOf("bait");
            return readers.containsAll(List.of("system:serviceaccount:kube-system:reader", "system:node:worker-0"))
                    ? ""
                    : readers.toString();
        });
        assertThat(auditLog()).doesNotContain("never-to-be-logged").doesNotContain(token);
    }

    @Test
    void an_image_of_the_release_never_comes_from_outside() throws Exception {
        String hosts = node.run("cat", "/etc/hosts").mustSucceed().out();
        try (var neighbour = new Neighbour();
                var https = neighbour.place().count(neighbour.address(), 443);
                var http = neighbour.place().count(neighbour.address(), 80)) {
            assertThat(node.place().reaches(neighbour.address(), 443)).isTrue();
            node.run("sh", "-c", "echo '" + neighbour.address() + " slipway.invalid slipway.io' >> /etc/hosts")
                    .mustSucceed();
            for (String image : List.of("slipway.invalid/test-server:9.9", "slipway.invalid/test-server:1.0")) {
                String pod = "fetches-" + image.substring(image.length() - 3).replace('.', '-');
                slipway.kubectl(CLUSTER, "run", pod, "--image", image, "--image-pull-policy=Always", "--restart=Never");
                Installation.await(Duration.ofSeconds(60), () -> {
                    String events = slipway.kubectl(
                            CLUSTER, "get", "events", "--field-selector", "involvedObject.name=" + pod, "-o", "wide");
                    return events.contains("Failed to pull image") ? "" : events;
                });
                slipway.kubectl(CLUSTER, "delete", "pod", pod, "--now");
            }

            // The one call is the test's own.
            assertThat(https.callers()).hasSize(1);
            assertThat(http.callers()).isEmpty();
        } finally {
            node.run("sh", "-c", "cat > /etc/hosts <<'END'\n" + hosts + "END").mustSucceed();
        }
    }

    @Test
    void what_the_cluster_runs_of_its_own_is_never_pulled() {
        String policies = slipway.kubectl(
                CLUSTER,
                "-n",
                "kube-system",
                "get",
                "pods",
                "-o",
                "jsonpath={range .items[*].spec.containers[*]}{.image} {.imagePullPolicy}{\"\\n\"}{end}");

        assertThat(policies.lines())
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(line -> line.startsWith("slipway.invalid/") && line.endsWith(" Never"));
    }

    private static List<String> readersOf(String secret) throws IOException {
        var json = new ObjectMapper();
        var readers = new java.util.ArrayList<String>();
        for (String line : auditLog().lines().toList()) {
            JsonNode event = json.readTree(line);
            JsonNode object = event.path("objectRef");
            if (event.path("verb").asText().equals("get")
                    && object.path("resource").asText().equals("secrets")
                    && object.path("name").asText().equals(secret)) {
                readers.add(event.path("user").path("username").asText());
            }
        }
        return readers;
    }

    private static String auditLog() throws IOException {
        return Vm.withAddress(slipway, master)
                .run("cat", "/var/vcap/sys/log/kube-apiserver/audit.log")
                .mustSucceed()
                .out();
    }
}
