package io.slipway.e2e.deployments;

import static io.slipway.e2e.Api.mustWork;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.LifeRelease;
import io.slipway.e2e.Vm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Names of instances, as programs inside VMs resolve them. */
@Order(3)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DnsTest {
    private static final String MANIFEST = """
            name: names
            releases: [{name: life, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 2, canary_watch_time: 100-60000, update_watch_time: 100-60000}
            features: {use_dns_addresses: true}
            instance_groups:
            - name: web_x
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              persistent_disk: 64
              networks: [{name: default}]
              jobs:
              - name: web
                release: life
                provides: {web: {as: site, aliases: [{domain: site.internal, health_filter: all}]}}
            - name: asker
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: smoke, release: life, consumes: {web: {from: site}}}]
            """;
    private static final String GROUP = "web-x.default.names.bosh";

    private static Installation slipway;
    private static Api api;
    private static Vm asker;

    @BeforeAll
    static void deploy() throws Exception {
        slipway = Installation.get();
        api = slipway.api();
        assertThat(api.post("/releases", "application/x-compressed", LifeRelease.bytes())
                        .isGood())
                .isTrue();
        mustWork(api.deploy(MANIFEST));
        asker = Vm.withAddress(slipway, ip(instances("asker").getFirst()));
    }

    @AfterAll
    static void delete() throws Exception {
        if (api != null) {
            api.delete("/deployments/names");
            api.delete("/releases/life?version=1");
        }
    }

    @Test
    @Order(1)
    void names_of_instances_groups_and_links_resolve() throws Exception {
        var web = instances("web_x").getFirst();

        awaitAddresses("q-s0." + GROUP, ip(web));
        assertThat(addresses(web.path("id").asText() + "." + GROUP)).containsExactly(ip(web));
        assertThat(addresses("q-i0s3." + GROUP)).containsExactly(ip(web));
        assertThat(addresses("site.internal")).containsExactly(ip(web));
        assertThat(addresses("q-i7s0." + GROUP)).isEmpty();
        assertThat(asker.run("cat", "/var/vcap/instance/dns/records.json")
                        .mustSucceed()
                        .out())
                .contains("\"record_infos\"", ip(web));
        assertThat(api.get("/info")
                        .path("features")
                        .path("local_dns")
                        .path("status")
                        .asBoolean())
                .isTrue();
    }

    @Test
    @Order(2)
    void templates_are_given_names_that_resolve() throws Exception {
        var run = api.postJson(
                "/deployments/names/errands/smoke/runs", "{\"instances\": [{\"group\": \"asker\", \"id\": \"0\"}]}");
        String said = api.results(run).getFirst().path("stdout").asText();
        String line =
                said.lines().filter(one -> one.startsWith("asks ")).findFirst().orElseThrow();
        String[] words = line.split(" ");

        assertThat(words[1]).matches("q-a\\d+s3\\.web-x\\.default\\.names\\.bosh");
        assertThat(addresses(words[1])).containsExactly(ip(instances("web_x").getFirst()));
        assertThat(addresses(words[3])).containsExactly(ip(instances("asker").getFirst()));
    }

    @Test
    @Order(3)
    void a_new_instance_is_known_within_a_second() throws Exception {
        var deploy = CompletableFuture.supplyAsync(() -> {
            try {
                return api.deploy(MANIFEST.replaceFirst("instances: 1", "instances: 2"));
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        });
        Installation.await(Duration.ofSeconds(60), () -> livingInDirector() == 2 ? "" : "one instance");
        long began = System.nanoTime();

        Installation.await(
                Duration.ofSeconds(10), () -> addresses("q-s4." + GROUP).size() == 2 ? "" : "one address");

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
        mustWork(deploy.join());
        var ips = instances("web_x").stream().map(DnsTest::ip).toList();
        awaitAddresses("q-s3." + GROUP, ips.toArray(String[]::new));
    }

    @Test
    @Order(4)
    void an_instance_that_does_not_run_is_left_out() throws Exception {
        mustWork(api.put("/deployments/names/jobs/web_x/1?state=stopped", ""));
        String stopped = ip(instance(1));

        awaitAddresses("q-s0." + GROUP, ip(instance(0)));
        awaitAddresses("q-s1." + GROUP, stopped);
        awaitAddresses("q-s4." + GROUP, ip(instance(0)), stopped);

        mustWork(api.put("/deployments/names/jobs/web_x/1?state=started", ""));
        awaitAddresses("q-s0." + GROUP, ip(instance(0)), stopped);
    }

    @Test
    @Order(5)
    void names_outlast_a_restart_of_the_agent() throws Exception {
        asker.run("sv", "-w", "30", "restart", "/etc/service/agent").mustSucceed();
        awaitAddresses("q-s0." + GROUP, ip(instance(0)), ip(instance(1)));

        assertThat(asker.run("cat", "/etc/resolv.conf").out().lines()).first().isEqualTo("nameserver 169.254.0.53");
        assertThat(asker.run("cat", "/etc/resolv.conf").out().lines().count())
                .as("the VM's own name servers stay")
                .isGreaterThan(1);
    }

    @Test
    @Order(6)
    void an_instance_that_goes_loses_its_name() throws Exception {
        mustWork(api.deploy(MANIFEST));

        awaitAddresses("q-s4." + GROUP, ip(instance(0)));
    }

    private static void awaitAddresses(String name, String... ips) {
        Installation.await(Duration.ofSeconds(5), () -> {
            assertThat(addresses(name)).as(name).containsExactlyInAnyOrder(ips);
            return "";
        });
    }

    /** As the C library of the asking VM resolves it; none where there is no such name. */
    private static List<String> addresses(String name) {
        return asker.run("getent", "ahostsv4", name)
                .out()
                .lines()
                .map(line -> line.split("\\s+")[0])
                .distinct()
                .toList();
    }

    private static List<JsonNode> instances(String group) throws Exception {
        return api.results(api.run("/deployments/names/instances?format=full")).stream()
                .filter(one -> one.path("job_name").asText().equals(group))
                .toList();
    }

    private static JsonNode instance(int index) throws Exception {
        return instances("web_x").stream()
                .filter(one -> one.path("index").asInt() == index)
                .findFirst()
                .orElseThrow();
    }

    /** Instances that the director says have a VM. */
    private static long livingInDirector() throws Exception {
        return instances("web_x").stream()
                .filter(one -> !one.path("vm_cid").asText("").isEmpty()
                        && !one.path("vm_cid").isNull())
                .count();
    }

    private static String ip(JsonNode instance) {
        return instance.path("ips").path(0).asText();
    }
}
