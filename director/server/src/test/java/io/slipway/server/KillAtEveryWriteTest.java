package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.VmDescription;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.server.CrashPoints.Moment;
import io.slipway.store.DatabaseSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The director dies at every write of every entity that has to do with a deployment, during every kind of request: the
 * deployment, its tasks, its instances, the compilation of its package, its block of addresses. See {@link KillAtEveryWrite}.
 */
class KillAtEveryWriteTest {
    private static final int FIRST_BLOCK = 100;
    private static final List<String> INPUTS = List.of("run_inputs", "run_variables");
    private static final Duration REST_DEADLINE = Duration.ofSeconds(10);

    @ParameterizedTest(name = "{0} each write to the journal")
    @EnumSource(Moment.class)
    void nothing_is_lost_or_doubled(Moment moment, @TempDir Path folder) throws Exception {
        new Trial(folder, moment, 1, Optional.empty(), false).run();
    }

    @Tag("soak")
    @ParameterizedTest(name = "{0} each write to the journal")
    @EnumSource(Moment.class)
    void nothing_is_lost_or_doubled_with_three_instances_of_which_one_may_be_down(Moment moment, @TempDir Path folder)
            throws Exception {
        new Trial(folder, moment, 3, Optional.empty(), true).run();
    }

    @Tag("soak")
    @ParameterizedTest(name = "{0} each write to the journal")
    @EnumSource(Moment.class)
    void nothing_is_lost_or_doubled_on_postgresql(Moment moment, @TempDir Path folder) throws Exception {
        try (var server = Postgresql.start()) {
            new Trial(folder, moment, 1, Optional.of(server.settings()), true).run();
        }
    }

    /** More than any request takes writes for so many instances; that is checked. */
    private static int deploymentsOf(int instances) {
        return 6 + 32 * instances;
    }

    /** One director's life, through all kinds of requests. */
    private static final class Trial {
        private final Path folder;
        private final Moment moment;
        private final int instances;
        private final Optional<DatabaseSettings> database;
        private final boolean isWithLostVms;
        private final List<String> deployments;
        private final JournalStory story = new JournalStory();
        private final Map<String, Integer> kills = new TreeMap<>();
        private final Map<String, String> orphanedDisk = new HashMap<>();
        private int deploys;
        private int disksOfEach;

        Trial(Path folder, Moment moment, int instances, Optional<DatabaseSettings> database, boolean isWithLostVms) {
            this.isWithLostVms = isWithLostVms;
            this.folder = folder;
            this.moment = moment;
            this.instances = instances;
            this.database = database;
            deployments = IntStream.range(0, deploymentsOf(instances))
                    .mapToObj(number -> "d-" + number)
                    .toList();
        }

        void run() throws Exception {
            var limits = new TaskLimits(deployments.size(), 10, 2000);
            try (var director = SimulatedDirector.withRelease(folder, limits, database)) {
                prepare(director);
                disksOfEach = instances;
                deploy(director, "create", "one", "small", "");
                deploy(director, "update", "two", "small", "");
                disksOfEach += instances;
                deploy(director, "change of the disk", "two", "large", "");
                deploy(director, "recreate", "two", "large", "?recreate=true");
                change(director, "restart", (api, name) -> api.taskOf(instance(name) + "/actions/restart", ""));
                change(
                        director,
                        "errand",
                        (api, name) ->
                                api.taskOf("/deployments/" + name + "/errands/check/runs", "{\"instances\":[]}"));
                change(director, "export", (api, name) -> api.taskOf("/releases/export", export(name)));
                if (isWithLostVms) {
                    repair(director);
                }
                change(
                        director,
                        "stop",
                        (api, name) -> api.taskOfPut("/deployments/" + name + "/jobs/web?state=stopped", ""));
                change(
                        director,
                        "orphan of a disk",
                        (api, name) -> api.delete("/disks/" + diskToOrphan(api, name) + "?orphan=true"));
                change(
                        director,
                        "attachment of a disk",
                        (api, name) -> api.taskOfPut(
                                "/disks/" + orphanedDisk.get(name) + "/attachments?deployment=" + name
                                        + "&job=web&instance_id=" + id(api, name),
                                ""));
                change(
                        director,
                        "start",
                        (api, name) -> api.taskOfPut("/deployments/" + name + "/jobs/web?state=started", ""));
                delete(director);
            }
            int sum = kills.values().stream().mapToInt(Integer::intValue).sum();
            System.out.printf(
                    "killed %s a write %d times, one plan for each of %d deploys%n%s%n",
                    moment, sum, story.plans(), kills);
        }

        /** A recreation waits for the agent of a VM that is lost, which makes these too slow for every build. */
        private void repair(SimulatedDirector director) throws Exception {
            loseVms(director);
            change(
                    director,
                    "scan and fix",
                    (api, name) -> api.taskOfPut(
                            "/deployments/" + name + "/scan_and_fix",
                            "{\"jobs\":{\"web\":[\"" + id(api, name) + "\"]}}"));
            var problems = problems(director);
            change(
                    director,
                    "resolve",
                    (api, name) -> api.taskOfPut(
                            "/deployments/" + name + "/problems",
                            "{\"resolutions\":{\"" + problems.get(name) + "\":\"recreate_vm\"}}"));
        }

        /** A release, a network and a block of addresses for each deployment, so that it is killed alone. */
        private void prepare(SimulatedDirector director) throws Exception {
            var api = director.api();
            api.configure("resurrection", "rules: [{enabled: false}]");
            var networks = new StringBuilder();
            var uploads = new ArrayList<Long>();
            for (int number = 0; number < deployments.size(); number++) {
                String name = deployments.get(number);
                networks.append("""
                    - name: %s
                      type: manual
                      subnets: [{range: 10.%d.0.0/24, gateway: 10.%2$d.0.1, azs: [z1], dns: [10.70.0.2]}]
                    """.formatted(name, FIRST_BLOCK + number));
                uploads.add(api.upload("/releases", TinyRelease.releaseWithErrand(name, name)));
            }
            api.configure("cloud", TinyRelease.CLOUD_CONFIG + networks);
            for (long upload : uploads) {
                assertThat(api.ended(upload).path("state").asText()).isEqualTo("done");
            }
        }

        private void deploy(SimulatedDirector director, String work, String text, String disk, String query)
                throws Exception {
            deploys++;
            change(director, work, (api, name) -> api.deploy(manifest(name, text, disk), query));
        }

        private String manifest(String name, String text, String disk) {
            return TinyRelease.manifest(name, instances, text, disk)
                            .replace("{name: tiny, version", "{name: " + name + ", version")
                            .replace("release: tiny", "release: " + name)
                            .replace("networks: [{name: default}]", "networks: [{name: " + name + "}]")
                            .replace("jobs: [", "jobs: [{name: check, release: " + name + "}, ")
                            .replace("max_in_flight: 10", "max_in_flight: 1")
                    + "variables: [{name: secret, type: password, update_mode: overwrite}]\n";
        }

        private void change(SimulatedDirector director, String work, KillAtEveryWrite.Asking asking) throws Exception {
            kill(director, work, asking);
            check(director, work);
        }

        private void kill(SimulatedDirector director, String work, KillAtEveryWrite.Asking asking) throws Exception {
            for (int number = 0; number < deployments.size(); number++) {
                director.crashPoints().assign("AddressBlock|10." + (FIRST_BLOCK + number), deployments.get(number));
            }
            var dying = director.crashPoints();
            story.instances().forEach((instance, name) -> dying.assign("Instance|" + instance, name));
            story.forgetDowntimes();
            long begun = System.nanoTime();
            new KillAtEveryWrite(director, moment, deployments)
                    .of(work, asking)
                    .forEach(stop -> kills.merge(
                            work + ": " + stop.entity() + " " + stop.event().getSimpleName(), 1, Integer::sum));
            System.out.printf("%s: killed and done in %d s%n", work, (System.nanoTime() - begun) / 1_000_000_000);
            story.read(dying);
            story.read(director.crashPoints());
            for (String name : deployments) {
                assertThat(story.mostDown(name))
                        .as("instances of %s that were down at a time in %s", name, work)
                        .isLessThanOrEqualTo(work.equals("stop") || work.equals("delete") ? instances : 1);
            }
        }

        private void check(SimulatedDirector director, String work) throws Exception {
            var api = director.api();
            var vms = new ArrayList<String>();
            var disks = new ArrayList<String>();
            for (int number = 0; number < deployments.size(); number++) {
                String name = deployments.get(number);
                var found = api.get("/deployments/" + name + "/instances");
                assertThat(found).as(name).hasSize(instances);
                var addresses = new TreeSet<String>();
                for (var instance : found) {
                    vms.add(instance.path("cid").asText());
                    instance.path("ips").forEach(ip -> addresses.add(ip.asText()));
                    api.get("/deployments/" + name + "/jobs/web/"
                                    + instance.path("id").asText())
                            .path("disks")
                            .forEach(disk -> disks.add(disk.asText()));
                }
                assertThat(addresses).as("addresses of %s after %s", name, work).hasSize(instances);
                assertThat(story.leased("10." + (FIRST_BLOCK + number)))
                        .as("leases of %s after %s", name, work)
                        .isEqualTo(addresses);
                assertThat(api.get("/deployments/" + name + "/variables"))
                        .as("variables of %s", name)
                        .hasSize(1);
            }
            api.get("/disks")
                    .forEach(orphan -> disks.add(orphan.path("disk_cid").asText()));
            assertThat(director.infrastructure().listVms().stream()
                            .map(VmDescription::cid)
                            .toList())
                    .as("VMs after %s", work)
                    .containsExactlyInAnyOrderElementsOf(vms);
            assertThat(disks)
                    .as("disks after %s", work)
                    .doesNotHaveDuplicates()
                    .hasSize(disksOfEach * deployments.size());
            assertThat(director.infrastructure().diskCids()).isEqualTo(new HashSet<>(disks));
            checkRest(director, work);
        }

        /** What no deployment may leave anywhere. */
        private void checkRest(SimulatedDirector director, String work) throws Exception {
            // The last of a request is done when its task has ended.
            awaitRest(director);
            assertThat(director.api().get("/locks")).as("locks after %s", work).isEmpty();
            assertThat(director.api().get("/tasks?verbose=2&limit=1000&state=queued,processing,cancelling"))
                    .as("open tasks after %s", work)
                    .isEmpty();
            try (var incoming = Files.list(folder.resolve("director/blobs/incoming"))) {
                assertThat(incoming).as("half a blob after %s", work).isEmpty();
            }
            try (var tables = connection(director.database())) {
                for (String table : INPUTS) {
                    assertThat(number(tables, "SELECT COUNT(*) FROM " + table))
                            .as("%s after %s", table, work)
                            .isZero();
                }
                assertThat(number(tables, "SELECT COALESCE(SUM(version), 0) FROM variable_values"))
                        .as("each deploy made each variable anew once, after %s", work)
                        .isEqualTo(deploys * deployments.size());
            }
        }

        private static void awaitRest(SimulatedDirector director) throws Exception {
            try (var tables = connection(director.database())) {
                long deadline = System.nanoTime() + REST_DEADLINE.toNanos();
                while (System.nanoTime() < deadline
                        && number(
                                        tables,
                                        "SELECT (SELECT COUNT(*) FROM run_inputs) + (SELECT COUNT(*) FROM run_variables)")
                                > 0) {
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            }
        }

        /** What is gone leaves no journal behind. */
        private static void awaitNoJournals(SimulatedDirector director) throws Exception {
            long deadline = System.nanoTime() + REST_DEADLINE.toNanos();
            try (var tables = connection(director.database())) {
                for (var left = journals(tables); !left.isEmpty(); left = journals(tables)) {
                    assertThat(System.nanoTime())
                            .as("events of what is gone: %s", left)
                            .isLessThan(deadline);
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            }
        }

        private static List<String> journals(Connection tables) throws SQLException {
            var found = new ArrayList<String>();
            try (var statement = tables.createStatement();
                    var rows = statement.executeQuery(
                            "SELECT \"persistence_id\", \"sequence_number\" FROM \"event_journal\" WHERE NOT"
                                    + " \"deleted\" AND (\"persistence_id\" LIKE 'Deployment|%' OR"
                                    + " \"persistence_id\" LIKE 'Instance|%')")) {
                while (rows.next()) {
                    found.add(rows.getString(1) + " event " + rows.getLong(2));
                }
            }
            return found;
        }

        private static Connection connection(DatabaseSettings database) throws SQLException {
            return DriverManager.getConnection(database.url(), database.user(), database.password());
        }

        private static int number(Connection tables, String sql) throws SQLException {
            try (var statement = tables.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getInt(1);
            }
        }

        private void loseVms(SimulatedDirector director) throws Exception {
            for (String name : deployments) {
                director.infrastructure()
                        .loseVm(director.api()
                                .get("/deployments/" + name + "/instances")
                                .get(0)
                                .path("cid")
                                .asText());
            }
        }

        /** Of each deployment the first, after a VM of each was lost. */
        private Map<String, Long> problems(SimulatedDirector director) throws Exception {
            loseVms(director);
            var api = director.api();
            var scans = new ArrayList<Long>();
            for (String name : deployments) {
                scans.add(api.taskOf("/deployments/" + name + "/scans", "{}"));
            }
            var problems = new HashMap<String, Long>();
            for (int number = 0; number < deployments.size(); number++) {
                assertThat(api.ended(scans.get(number)).path("state").asText()).isEqualTo("done");
                var found = api.get("/deployments/" + deployments.get(number) + "/problems");
                assertThat(found).hasSize(1);
                problems.put(deployments.get(number), found.get(0).path("id").asLong());
            }
            return problems;
        }

        private String diskToOrphan(Api api, String name) throws Exception {
            if (!orphanedDisk.containsKey(name)) {
                orphanedDisk.put(
                        name,
                        api.get("/deployments/" + name + "/jobs/web/" + id(api, name))
                                .path("disks")
                                .get(0)
                                .asText());
            }
            return orphanedDisk.get(name);
        }

        private static String id(Api api, String name) throws Exception {
            var ids = new TreeMap<Integer, String>();
            api.get("/deployments/" + name + "/instances")
                    .forEach(one ->
                            ids.put(one.path("index").asInt(), one.path("id").asText()));
            return ids.firstEntry().getValue();
        }

        private static String instance(String name) {
            return "/deployments/" + name + "/instance_groups/web/0";
        }

        private static String export(String name) {
            return "{\"deployment_name\":\"" + name + "\",\"release_name\":\"" + name
                    + "\",\"release_version\":\"1\",\"stemcell_os\":\"tiny\",\"stemcell_version\":\"1\"}";
        }

        private void delete(SimulatedDirector director) throws Exception {
            kill(director, "delete", (api, name) -> api.delete("/deployments/" + name));
            assertThat(director.infrastructure().listVms()).isEmpty();
            var disks = new ArrayList<String>();
            director.api()
                    .get("/disks")
                    .forEach(orphan -> disks.add(orphan.path("disk_cid").asText()));
            assertThat(disks).doesNotHaveDuplicates().hasSize(disksOfEach * deployments.size());
            assertThat(director.infrastructure().diskCids()).isEqualTo(new HashSet<>(disks));
            for (int number = 0; number < deployments.size(); number++) {
                assertThat(story.leased("10." + (FIRST_BLOCK + number))).isEmpty();
            }
            assertThat(director.api().get("/deployments")).isEmpty();
            awaitNoJournals(director);
            deploys = 0;
            checkRest(director, "delete");
        }
    }
}
