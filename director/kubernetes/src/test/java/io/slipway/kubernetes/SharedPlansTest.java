package io.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.kubernetes.PlansFile.InvalidPlans;
import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Directors that share a database, each with a file of plans. */
class SharedPlansTest {
    private static final String PLANS = """
            cluster_defaults: {network: default, release_version: latest, stemcell_os: debian-bookworm,
              stemcell_version: latest, pod_cidr: 10.200.0.0/16, service_cidr: 10.100.200.0/24}
            plans:
            - name: %s
              description: One of each
              masters: {instances: 1, vm_type: medium, persistent_disk_type: small, azs: [z1]}
              workers: {instances: 1, maximum: 5, vm_type: medium, azs: [z1]}
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void what_one_director_publishes_the_others_take_up_while_they_run(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var versions = versions(database);
            var a = start(versions, "a", "small");
            var b = start(versions, "b", "small");

            var restarted = start(versions, "a", "large");
            a.refresh();
            b.refresh();

            assertThat(restarted.get().names()).containsExactly("large");
            assertThat(a.get().names()).containsExactly("large");
            assertThat(b.get().names()).containsExactly("large");
            assertThat(versions.latest().orElseThrow().number()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_file_that_nobody_edited_does_not_take_back_what_another_director_published(EmptyDatabase kind)
            throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var versions = versions(database);
            start(versions, "a", "small");
            start(versions, "b", "small");
            start(versions, "a", "large");

            assertThat(start(versions, "b", "small").get().names()).containsExactly("large");
            assertThat(start(versions, "b", "large").get().names()).containsExactly("large");
            assertThat(versions.latest().orElseThrow().number()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_way_back_is_an_edit(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var versions = versions(database);
            start(versions, "a", "small");
            start(versions, "a", "large");

            assertThat(start(versions, "a", "small").get().names()).containsExactly("small");
            assertThat(versions.latest().orElseThrow().number()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_director_that_joins_goes_by_the_plans_that_there_are(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var versions = versions(database);
            start(versions, "a", "small");

            assertThat(start(versions, "new", "other").get().names()).containsExactly("small");
            assertThat(start(versions, "new", "other").get().names()).containsExactly("small");
        }
    }

    @ParameterizedTest
    @EnumSource
    void directors_that_start_at_once_agree(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var versions = versions(database);
            var starts = new ArrayList<Callable<SharedPlans>>();
            for (String node : new String[] {"a", "b", "c"}) {
                starts.add(() -> start(versions, node, "of-" + node));
            }
            var started = new ArrayList<SharedPlans>();
            for (var one : threads.invokeAll(starts)) {
                started.add(one.get());
            }

            assertThat(started.stream().map(one -> one.get().names()).distinct())
                    .hasSize(1);
            assertThat(versions.latest().orElseThrow().number()).isEqualTo(1);
        }
    }

    /** As while a cluster is upgraded: a director of a later version may say more than this one understands. */
    @ParameterizedTest
    @EnumSource
    void plans_that_this_version_cannot_read_are_not_taken_up(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var versions = versions(database);
            var a = start(versions, "a", "small");
            versions.tell("newer", "{}");
            versions.tell("newer", "{\"unheard\":\"of\"}");

            a.refresh();

            assertThat(a.get().names()).containsExactly("small");
            assertThatThrownBy(() -> start(versions, "a", "small"))
                    .isInstanceOf(InvalidPlans.class)
                    .hasMessageContaining("version 2")
                    .hasMessageContaining("node newer")
                    .hasMessageContaining("unheard");
        }
    }

    @Test
    void only_what_a_file_says_makes_a_version() {
        String plain = PLANS.formatted("small");
        String otherwise = "# edited\n" + plain.replace("{instances: 1, maximum: 5,", "{maximum: 5, instances: 1,");

        assertThat(PlansFile.canonical(otherwise)).isEqualTo(PlansFile.canonical(plain));
        assertThat(PlansFile.canonical(plain.replace("maximum: 5", "maximum: 6")))
                .isNotEqualTo(PlansFile.canonical(plain));
        assertThat(PlansFile.canonical(PlansFile.canonical(plain))).isEqualTo(PlansFile.canonical(plain));
    }

    private static PlanVersions versions(Database database) {
        return new PlanVersions(database.jdbi(), Clock.systemUTC());
    }

    private SharedPlans start(PlanVersions versions, String node, String plan) throws Exception {
        Path file = folder.resolve("plans-of-" + node + ".yml");
        Files.writeString(file, PLANS.formatted(plan));
        return SharedPlans.start(versions, node, file);
    }
}
