package io.slipway.e2e.directors;

import static io.slipway.e2e.Api.mustWork;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.LifeRelease;
import io.slipway.e2e.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clusters and deployments are made, changed and deleted while now one and now another director is killed, stands still or is cut
 * off, at moments that a seed draws: {@code -De2e.events=60 -De2e.seed=1}. Prints each fault and how long nothing was journaled
 * after it.
 */
@Tag("soak")
@Order(2)
class FaultsTest {
    private static final int EVENTS = Integer.getInteger("e2e.events", 60);
    private static final long SEED = Long.getLong("e2e.seed", 1);
    private static final int LONGEST_PAUSE_MILLIS = 15_000;
    private static final Duration BACK = Duration.ofMinutes(2);
    private static final Duration LONGEST_WITHOUT_PROGRESS = Duration.ofSeconds(15);
    private static final String WHOLE = "CREATED";

    private static final String MANIFEST = """
            name: %s
            releases: [{name: life, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 2, canary_watch_time: 100-60000, update_watch_time: 100-60000}
            instance_groups:
            - name: web
              instances: %d
              azs: [z1]
              vm_type: small
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: web, release: life, properties: {message: %s, password: secret}}]
            """;

    private final Installation slipway = Installation.get();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong rounds = new AtomicLong();
    private final Executor threads =
            work -> Thread.ofPlatform().daemon().name("faults").start(work);

    @Test
    void of_directors_are_not_noticed_by_who_asked_for_something() throws Exception {
        var random = new Random(SEED);
        mustWork(slipway.api().post("/releases", "application/x-compressed", LifeRelease.bytes()));
        slipway.cluster("steady", "small", 1);
        int steady = slipway.vms().size();

        var work = List.of(
                go("deployments", this::deployments),
                go("clusters", this::clusters),
                go("kubectl", this::askTheSteadyCluster),
                go("doubles", this::lookForDoubles));
        Duration longest = Duration.ZERO;
        try (var faults = new Faults(IntStream.range(0, 3)
                .mapToObj(number -> slipway.port() + 2 + 10 * number)
                .toList())) {
            for (int event = 1; event <= EVENTS && wrong.isEmpty(); event++) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
                var kind = Faults.Kind.values()[random.nextInt(Faults.Kind.values().length)];
                int number = random.nextInt(3);
                var director = slipway.directors().get(number);
                long supervisor = status().at("/supervisor/pid").asLong();
                var silence = CompletableFuture.supplyAsync(this::silence, threads);
                faults.inflict(kind, number, director, supervisor);
                Duration without = silence.get(5, TimeUnit.MINUTES);
                longest = longest.compareTo(without) < 0 ? without : longest;
                System.out.printf(
                        "event %d of seed %d: %s of director %d, nothing journaled for %.1f s%n",
                        event, SEED, kind, number + 1, without.toMillis() / 1000.0);
                untilAllAreReady();
            }
        } finally {
            isOver.set(true);
        }
        for (var part : work) {
            part.get(15, TimeUnit.MINUTES);
        }

        assertThat(wrong).isEmpty();
        System.out.printf(
                "%d events, %d tasks and clusters, longest without progress %.1f s%n",
                EVENTS, rounds.get(), longest.toMillis() / 1000.0);
        assertThat(rounds.get()).isPositive();
        assertThat(longest).isLessThan(LONGEST_WITHOUT_PROGRESS);
        assertThat(slipway.vms()).as("no orphan").hasSize(steady);
        Installation.await(
                Duration.ofMinutes(1),
                () -> slipway.api()
                                .get("/tasks?state=processing,queued,cancelling")
                                .isEmpty()
                        ? ""
                        : "a task does not end");
        slipway.slipway("delete-cluster", "steady", "--non-interactive").mustSucceed();
        assertThat(slipway.vms()).isEmpty();
    }

    private interface Part {
        void run() throws Exception;
    }

    private CompletableFuture<Void> go(String name, Part part) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        part.run();
                    } catch (Exception | AssertionError failure) {
                        wrong.add(name + ": " + failure);
                    }
                },
                threads);
    }

    /** Each deployment lives from its first deploy over changes to its deletion. */
    private void deployments() throws Exception {
        for (int i = 1; !isOver.get(); i++) {
            String name = "life" + i;
            task("POST", "/deployments", MANIFEST.formatted(name, 2, "one"));
            task("POST", "/deployments", MANIFEST.formatted(name, 3, "two"));
            assertThat(vmsOf(name)).hasSize(3);
            task("PUT", "/deployments/" + name + "/jobs/web?state=recreate", "");
            task("POST", "/deployments", MANIFEST.formatted(name, 1, "two"));
            assertThat(vmsOf(name)).hasSize(1);
            task("DELETE", "/deployments/" + name, "");
        }
    }

    private JsonNode vmsOf(String name) throws Exception {
        return patiently(api -> api.get("/deployments/" + name + "/vms"));
    }

    /** Begun at whichever director answers, and followed to its end by the command, whose stream goes on at another one. */
    private void task(String method, String path, String body) throws Exception {
        String id = patiently(api -> api.begin(method, path, body));
        slipway.slipway("task", id, "--follow").mustSucceed();
        assertThat(patiently(api -> api.get("/tasks/" + id)).path("state").asText())
                .isEqualTo("done");
        rounds.incrementAndGet();
    }

    private interface Request<T> {
        T of(Api api) throws Exception;
    }

    /** An operator's tool asks again where it got no answer. */
    private <T> T patiently(Request<T> request) throws Exception {
        long end = System.nanoTime() + BACK.toNanos();
        while (true) {
            try {
                return request.of(slipway.api());
            } catch (IOException unanswered) {
                if (System.nanoTime() > end) {
                    throw unanswered;
                }
                TimeUnit.MILLISECONDS.sleep(300);
            }
        }
    }

    private void clusters() {
        for (int i = 1; !isOver.get(); i++) {
            String name = "cluster" + i;
            slipway.slipway("create-cluster", name, "--plan", "small").mustSucceed();
            slipway.slipway("get-credentials", name).mustSucceed();
            assertThat(slipway.kubectl(name, "get", "nodes", "--no-headers")).contains(" Ready ");
            slipway.slipway("delete-cluster", name, "--non-interactive").mustSucceed();
            rounds.incrementAndGet();
        }
    }

    private void askTheSteadyCluster() throws Exception {
        while (!isOver.get()) {
            assertThat(slipway.kubectl("steady", "get", "--raw", "/readyz")).isEqualTo("ok");
            TimeUnit.SECONDS.sleep(1);
        }
    }

    /** One agent's identity has one VM; the infrastructure's own records say so. */
    private void lookForDoubles() throws Exception {
        var json = new ObjectMapper();
        while (!isOver.get()) {
            Map<String, String> owners = new HashMap<>();
            for (Path vm : slipway.vms()) {
                try {
                    JsonNode record = json.readTree(Files.readString(vm.resolve("vm.json")));
                    String agent = record.path("agentId").asText();
                    String instance = agent.substring(0, Math.max(0, agent.lastIndexOf('-')));
                    if (record.path("phase").asText().equals(WHOLE)) {
                        String before = owners.put(instance, record.path("cid").asText());
                        assertThat(before).as("another VM of " + instance).isNull();
                    }
                } catch (IOException goesOrComes) {
                    // the next look sees it
                }
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** How long nothing was journaled from now on, at most for some seconds around the fault's notice. */
    private Duration silence() {
        long begin = System.nanoTime();
        long longest = 0;
        long lastChange = begin;
        String last = journaled();
        while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(20)) {
            String now = journaled();
            if (!now.equals(last)) {
                last = now;
                lastChange = System.nanoTime();
            }
            longest = Math.max(longest, System.nanoTime() - lastChange);
        }
        return Duration.ofNanos(longest);
    }

    private String journaled() {
        try {
            JsonNode database = new ObjectMapper(new YAMLFactory())
                    .readTree(slipway.data().resolve("director.yml").toFile())
                    .path("database");
            String url = database.path("url").asText().substring("jdbc:".length());
            var environment = Map.of("PGPASSWORD", database.path("password").asText());
            var command = List.of(
                    "psql",
                    "--no-psqlrc",
                    "-At",
                    "-U",
                    database.path("user").asText(),
                    "-c",
                    "SELECT max(ordering) FROM event_journal",
                    url);
            return Programs.run(Path.of("/"), environment, 30, command)
                    .mustSucceed()
                    .out();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private void untilAllAreReady() {
        Installation.await(
                BACK,
                () -> status().path("directors").findValuesAsText("ready").equals(List.of("true", "true", "true"))
                        ? ""
                        : "not all directors are ready");
    }

    private JsonNode status() {
        return slipway.json("status", "--json");
    }
}
