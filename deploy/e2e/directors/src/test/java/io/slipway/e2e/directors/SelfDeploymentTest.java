package io.slipway.e2e.directors;

import static io.slipway.e2e.Api.mustWork;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.Vm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Slipway deploys three directors that are one, and upgrades them one by one to a next build while they deploy. */
@Tag("soak")
@Order(2)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SelfDeploymentTest {
    private static final String PASSWORD = "twenty-six-letters-or-more";
    private static final int GUESTS = 8;
    private static final String GUESTS_MANIFEST = """
            name: guests
            releases: [{name: guests, version: latest}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 1, canary_watch_time: 100-120000, update_watch_time: 100-120000}
            instance_groups:
            - name: guest
              instances: %d
              azs: [z1]
              vm_resources: {cpu: 1, ram: 256, ephemeral_disk_size: 1024}
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: slow, release: guests, properties: {seconds: 25}}]
            """.formatted(GUESTS);

    @TempDir
    private static Path folder;

    private static Installation slipway;
    private static SlipwayRelease release;
    private static Api outer;
    private static String manifest;
    private static String apiAddress;
    private static Api inner;
    private static Path ca;

    @BeforeAll
    static void up() throws Exception {
        slipway = Installation.get();
        release = new SlipwayRelease(slipway);
        outer = slipway.api();
        apiAddress = SlipwayRelease.apiAddress(outer.get("/configs?type=cloud&name=default&latest=true")
                .path(0)
                .path("content")
                .asText());
        manifest = release.manifest(apiAddress, PASSWORD);
    }

    @AfterAll
    static void remove() throws Exception {
        if (outer != null) {
            outer.delete("/deployments/slipway?force=true");
        }
    }

    @Test
    @Order(1)
    void deploys_three_directors_and_their_database() throws Exception {
        mustWork(outer.upload("/releases", release.archive("1")));
        mustWork(outer.upload("/releases", release.testRelease("machine")));

        mustWork(outer.deploy(manifest));

        assertThat(addresses("director")).hasSize(3);
        enter();
        assertThat(inner.get("/info").path("name").asText()).isEqualTo("slipway");
        try (var readiness = Readiness.of(addresses("director"), ca)) {
            Installation.await(Duration.ofSeconds(30), () -> readiness.looks() < 4 ? "not looked" : "");
            assertThat(readiness.fewest()).isEqualTo(3);
        }
    }

    @Test
    @Order(2)
    void those_can_be_given_work() throws Exception {
        mustWork(inner.upload("/stemcells", slipway.stemcell()));
        mustWork(inner.upload("/releases", release.testRelease("guests")));
        String clouds = Files.readString(slipway.checkoutFolder().resolve("deploy/configs/cloud-config-local.yml"))
                .replace("10.144.", "10.99.");
        mustWork(inner.post("/cloud_configs", "text/yaml", clouds.getBytes(StandardCharsets.UTF_8)));

        mustWork(inner.deploy(GUESTS_MANIFEST
                .replace("name: guests\nreleases", "name: first\nreleases")
                .replace("instances: " + GUESTS, "instances: 1")
                .replace("seconds: 25", "seconds: 1")));

        assertThat(innerVms()).hasSize(1);
        mustWork(inner.delete("/deployments/first"));
        assertThat(innerVms()).isEmpty();
    }

    @Test
    @Order(3)
    void their_database_can_be_saved() throws Exception {
        Vm database = Vm.withAddress(slipway, addresses("database").getFirst());

        database.run("/var/vcap/jobs/postgresql/bin/psql", "pg_dump", "-Fc", "--file=/tmp/slipway.dump")
                .mustSucceed();

        assertThat(database.run("head", "-c", "5", "/tmp/slipway.dump").out()).isEqualTo("PGDMP");
    }

    @Test
    @Order(4)
    void are_upgraded_one_by_one_while_they_deploy() throws Exception {
        mustWork(outer.upload("/releases", release.archive("2", release.nextBuild(folder.resolve("next")))));
        List<String> directors = addresses("director");
        String task = "/tasks/" + inner.begin("POST", "/deployments", GUESTS_MANIFEST);
        Installation.await(Duration.ofMinutes(5), () -> innerVms().isEmpty() ? "no VM yet" : "");
        Instant begun = Instant.now();
        try (var readiness = Readiness.of(directors, ca)) {
            mustWork(outer.deploy(manifest));

            System.out.println("upgraded in " + Duration.between(begun, Instant.now()) + ", fewest ready "
                    + readiness.fewest() + " of " + readiness.looks() + " looks; the deploy: " + state(task));
            assertThat(readiness.fewest()).isGreaterThanOrEqualTo(2);
        }
        for (String director : directors) {
            assertThat(Vm.withAddress(slipway, director)
                            .run("sh", "-c", "grep -c next-build /var/vcap/packages/director/lib/slipway-server-*.jar")
                            .mustSucceed()
                            .out()
                            .strip())
                    .isNotEqualTo("0");
        }

        Installation.await(
                Duration.ofMinutes(10),
                () -> List.of("queued", "processing").contains(state(task)) ? "the deploy goes on" : "");

        System.out.println("the deploy has ended after " + Duration.between(begun, Instant.now()));
        assertThat(inner.get(task).path("state").asText())
                .as(inner.get(task).path("result").asText())
                .isEqualTo("done");
        assertThat(inner.get("/deployments/guests/instances")).hasSize(GUESTS);
        assertThat(innerVms()).hasSize(GUESTS);
    }

    @Test
    @Order(5)
    void leave_nothing_when_they_are_deleted() throws Exception {
        mustWork(inner.delete("/deployments/guests"));
        assertThat(innerVms()).isEmpty();

        mustWork(outer.delete("/deployments/slipway"));

        assertThat(slipway.vms()).isEmpty();
    }

    /** An API that asks the address of all directors; it moves while they restart, and who asks meanwhile asks again. */
    private static void enter() throws Exception {
        ca = folder.resolve("ca.pem");
        Files.writeString(
                ca,
                Vm.withAddress(slipway, addresses("director").getFirst())
                        .run("cat", "/var/vcap/data/director/ca.pem")
                        .mustSucceed()
                        .out());
        Path config = Files.writeString(
                folder.resolve("config.yml"),
                "director: https://%s:25555\nca: %s\nuser: admin\npassword: %s\n".formatted(apiAddress, ca, PASSWORD));
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
        inner = new Api(config);
    }

    /** As far as anybody answers. */
    private static String state(String task) throws InterruptedException {
        try {
            return inner.get(task).path("state").asText("processing");
        } catch (IOException moving) {
            return "processing";
        }
    }

    private static List<String> addresses(String group) throws Exception {
        return outer.results(outer.run("/deployments/slipway/instances?format=full")).stream()
                .filter(instance -> instance.path("job_name").asText().equals(group))
                .map(instance -> instance.path("ips").path(0).asText())
                .toList();
    }

    /** As their infrastructure knows them. */
    private static List<String> innerVms() throws Exception {
        return Vm.withAddress(slipway, addresses("machine").getFirst())
                .run("sh", "-c", "ls /var/vcap/data/machine/cpi/vms 2>/dev/null || true")
                .mustSucceed()
                .out()
                .lines()
                .toList();
    }
}
