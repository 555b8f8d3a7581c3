package io.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.RequestRefused.Reason;
import io.slipway.engine.Requester;
import io.slipway.engine.Tasks;
import io.slipway.engine.Variables;
import io.slipway.kubernetes.Cluster.Action;
import io.slipway.kubernetes.Cluster.ActionState;
import io.slipway.kubernetes.FakeWorld.Death;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster's life with a director that may die at any call to the outside. */
class ClusterEntityTest {
    private static final ClusterServices.Timings QUICK =
            new ClusterServices.Timings(Duration.ofMillis(10), Duration.ofMillis(5), 3);
    private static final Requester ADMIN = new Requester("admin", "", "");
    private static final ClusterManifest MANIFEST = ClusterManifest.load();
    private static final ExecutorService BLOCKING = Executors.newVirtualThreadPerTaskExecutor();
    private static ActorTestKit kit;

    private final FakeWorld world = new FakeWorld();
    private final FakeRows rows = new FakeRows();
    private final Map<String, ActorRef<ClusterCommand>> living = new ConcurrentHashMap<>();
    private final AtomicLong epochs = new AtomicLong();
    private final ClusterServices services =
            new ClusterServices(world, world.tasks(), world, rows, epochs::incrementAndGet, BLOCKING, QUICK);
    private final Variables variables = (deployment, name) ->
            Optional.of(Map.of("ca", "CA of " + deployment, "certificate", "CERT " + name, "private_key", "KEY"));
    private final ClusterService service = service();

    @BeforeAll
    static void startActors() {
        kit = ActorTestKit.create(PersistenceTestKitPlugin.config()
                .withFallback(ConfigFactory.load("application-test"))
                .withFallback(ActorTestKit.applicationTestConfig()));
    }

    @AfterAll
    static void stopActors() {
        kit.shutdownTestKit();
        BLOCKING.close();
    }

    private ClusterService service() {
        return new ClusterService(
                kit.system(),
                PlansFixture::plans,
                services,
                variables,
                () -> List.of("azs: []", "networks: [{name: default, subnets: [{range: 10.144.0.0/20}]}]"),
                uuid -> living.computeIfAbsent(uuid, this::spawn));
    }

    private ActorRef<ClusterCommand> spawn(String uuid) {
        return kit.spawn(
                ClusterEntity.create(uuid, services, MANIFEST, kit.system().<ClusterSharding.ShardCommand>ignoreRef()),
                "cluster-" + UUID.randomUUID());
    }

    /** The entity dies with all that it remembers; another is there from its journal. */
    private void dieAndRecover(String name) {
        String uuid = rows.claims().stream()
                .filter(claim -> claim.name().equals(name))
                .findFirst()
                .orElseThrow()
                .uuid();
        ActorRef<ClusterCommand> dead = living.remove(uuid);
        kit.stop(dead);
        living.put(uuid, spawn(uuid));
    }

    private Cluster create(String name) {
        return service.create(new ClusterRequest(name, "small", null, null), ADMIN)
                .toCompletableFuture()
                .join();
    }

    private Cluster awaitState(String name, ActionState state) {
        await(() ->
                rows.find(name).filter(row -> row.lastActionState() == state).isPresent());
        return rows.find(name).orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void makes_a_cluster_and_shows_it_at_once() {
        Cluster accepted = create("first");

        assertThat(accepted.lastAction()).isEqualTo(Action.CREATE);
        assertThat(accepted.lastActionState()).isEqualTo(ActionState.IN_PROGRESS);
        assertThat(rows.find("first")).isPresent();
        Cluster made = awaitState("first", ActionState.SUCCEEDED);
        assertThat(made.uuid()).isEqualTo(accepted.uuid());
        assertThat(made.host()).isEqualTo("10.144.15.1");
        assertThat(made.masterIps()).containsExactly("10.144.0.10");
        assertThat(made.kubernetesVersion()).isEqualTo("1.37.2");
        assertThat(made.taskId()).isEqualTo(1);
        assertThat(world.manifests()).containsOnlyKeys("service-instance_" + made.uuid());
    }

    @Test
    void accepts_a_request_once_however_often_it_is_asked() {
        var probe = kit.<ClusterCommand.Reply>createTestProbe();
        Cluster accepted = create("first");
        awaitState("first", ActionState.SUCCEEDED);
        var entity = Objects.requireNonNull(living.get(accepted.uuid()));

        entity.tell(new ClusterCommand.Delete("admin", "one", probe.getRef()));
        var first = probe.expectMessageClass(ClusterCommand.Accepted.class);
        entity.tell(new ClusterCommand.Delete("admin", "one", probe.getRef()));
        var second = probe.expectMessageClass(ClusterCommand.Accepted.class);
        entity.tell(new ClusterCommand.Delete("admin", "another", probe.getRef()));

        assertThat(first.cluster().lastAction()).isEqualTo(Action.DELETE);
        assertThat(second.cluster().lastAction()).isEqualTo(Action.DELETE);
        assertThat(probe.receiveMessage()).isInstanceOf(ClusterCommand.Refused.class);
    }

    @Test
    void answers_a_creation_that_is_asked_for_once_more_where_the_first_answer_was_lost() {
        var probe = kit.<ClusterCommand.Reply>createTestProbe();
        var entity = spawn(UUID.randomUUID().toString());
        var create = new ClusterCommand.Create(PlansFixture.spec("lost"), "admin", "one", probe.getRef());

        entity.tell(create);
        entity.tell(create);
        entity.tell(new ClusterCommand.Create(PlansFixture.spec("lost"), "admin", "another", probe.getRef()));

        // Those that are accepted are answered once the lists show the cluster.
        assertThat(probe.receiveSeveralMessages(3))
                .hasAtLeastOneElementOfType(ClusterCommand.Refused.class)
                .filteredOn(ClusterCommand.Accepted.class::isInstance)
                .hasSize(2);
    }

    @Test
    void gives_a_kubeconfig_of_the_api_with_the_administrators_certificate() {
        create("first");
        Cluster made = awaitState("first", ActionState.SUCCEEDED);

        Map<String, Object> kubeconfig = service.kubeconfig("first");

        assertThat(kubeconfig.toString())
                .contains("https://10.144.15.1:8443", "current-context=first")
                .contains(java.util.Base64.getEncoder()
                        .encodeToString(("CA of service-instance_" + made.uuid())
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    @Test
    void deletes_a_cluster_and_frees_its_name_and_address() {
        create("first");
        awaitState("first", ActionState.SUCCEEDED);

        Cluster going = service.delete("first", ADMIN).toCompletableFuture().join();

        assertThat(going.lastAction()).isEqualTo(Action.DELETE);
        await(() -> rows.claims().isEmpty());
        assertThat(rows.list()).isEmpty();
        assertThat(world.leases()).isEmpty();
        assertThat(world.manifests()).isEmpty();
        await(() -> rows.forgottenJournals.contains(going.uuid()));
        Cluster again = create("first");
        assertThat(again.uuid()).isNotEqualTo(going.uuid());
        awaitState("first", ActionState.SUCCEEDED);
    }

    /** Calls of a creation: reserve, deploy. */
    @ParameterizedTest
    @CsvSource({"1,BEFORE_EFFECT", "1,AFTER_EFFECT", "2,BEFORE_EFFECT", "2,AFTER_EFFECT"})
    void goes_on_with_a_creation_wherever_the_director_died(int call, Death death) {
        var died = new java.util.concurrent.CountDownLatch(1);
        world.dieAt(call, death, died::countDown);
        create("first");
        awaitLatch(died);

        dieAndRecover("first");

        awaitState("first", ActionState.SUCCEEDED);
        assertThat(world.allTasks()).hasSize(1);
        assertThat(world.leases()).hasSize(1);
    }

    @Test
    void goes_on_waiting_for_its_task_after_the_director_died() {
        world.areTasksDone = false;
        create("first");
        await(() -> world.allTasks().size() == 1);

        dieAndRecover("first");
        world.end(1, Tasks.State.DONE, "");

        awaitState("first", ActionState.SUCCEEDED);
        assertThat(world.allTasks()).hasSize(1);
    }

    /** Calls of a deletion, after the two of the creation: delete, release. */
    @ParameterizedTest
    @CsvSource({"3,BEFORE_EFFECT", "3,AFTER_EFFECT", "4,BEFORE_EFFECT", "4,AFTER_EFFECT"})
    void goes_on_with_a_deletion_wherever_the_director_died(int call, Death death) {
        create("first");
        awaitState("first", ActionState.SUCCEEDED);
        var died = new java.util.concurrent.CountDownLatch(1);
        world.dieAt(call, death, died::countDown);
        service.delete("first", ADMIN).toCompletableFuture().join();
        awaitLatch(died);

        dieAndRecover("first");

        await(() -> rows.claims().isEmpty());
        assertThat(rows.list()).isEmpty();
        assertThat(world.leases()).isEmpty();
        assertThat(world.manifests()).isEmpty();
    }

    @Test
    void takes_over_a_name_whose_cluster_was_never_accepted() {
        String orphan = UUID.randomUUID().toString();
        rows.claim("first", orphan);

        Cluster made = create("first");

        assertThat(made.uuid()).isEqualTo(orphan);
        awaitState("first", ActionState.SUCCEEDED);
    }

    @Test
    void tells_why_a_creation_failed_and_deletes_what_is_left_of_it() {
        world.areTasksDone = false;
        create("first");
        await(() -> world.allTasks().size() == 1);

        world.end(1, Tasks.State.ERROR, "master/0: etcd did not start");

        Cluster failed = awaitState("first", ActionState.FAILED);
        assertThat(failed.lastAction()).isEqualTo(Action.CREATE);
        assertThat(failed.lastActionDescription())
                .isEqualTo("task 1 ended in state error: master/0: etcd did not start");
        world.areTasksDone = true;
        service.delete("first", ADMIN).toCompletableFuture().join();
        await(() -> rows.claims().isEmpty());
        assertThat(world.leases()).isEmpty();
    }

    @Test
    void deletes_by_force_after_a_deletion_failed() {
        create("first");
        awaitState("first", ActionState.SUCCEEDED);
        world.areTasksDone = false;
        service.delete("first", ADMIN).toCompletableFuture().join();
        await(() -> world.allTasks().size() == 2);
        world.end(2, Tasks.State.ERROR, "the VM does not go");
        assertThat(awaitState("first", ActionState.FAILED).lastAction()).isEqualTo(Action.DELETE);

        world.areTasksDone = true;
        service.delete("first", ADMIN).toCompletableFuture().join();

        await(() -> rows.claims().isEmpty());
        assertThat(world.allTasks().getLast().description()).isEqualTo("delete by force");
    }

    @Test
    void fails_at_once_where_the_engine_refuses_and_asks_for_as_long_as_it_takes_where_it_is_unavailable() {
        world.refusal = RequestRefused.invalid(1, "no such network");
        create("one");
        assertThat(awaitState("one", ActionState.FAILED).lastActionDescription())
                .isEqualTo("no such network");
        assertThat(world.calls).containsExactly("reserve");

        world.refusal = RequestRefused.unavailable(1, "starting");
        create("two");
        await(() -> world.calls.size() > 1 + 2 * QUICK.tries());
        assertThat(rows.find("two").orElseThrow().lastActionState()).isEqualTo(ActionState.IN_PROGRESS);
        world.refusal = null;
        awaitState("two", ActionState.SUCCEEDED);
    }

    @Test
    void refuses_a_name_that_is_taken_and_changes_nothing() {
        create("first");
        awaitState("first", ActionState.SUCCEEDED);

        refused(
                new ClusterRequest("first", "small", null, null),
                Reason.CONFLICT,
                "there is already a cluster named 'first'");

        assertThat(world.allTasks()).hasSize(1);
    }

    @Test
    void lets_one_of_two_requests_for_one_name_win() {
        var one = service.create(new ClusterRequest("first", "small", null, null), ADMIN)
                .toCompletableFuture();
        var other = service.create(new ClusterRequest("first", "small", null, null), ADMIN)
                .toCompletableFuture();
        await(() -> one.isDone() && other.isDone());

        assertThat(one.isCompletedExceptionally()).isNotEqualTo(other.isCompletedExceptionally());
        assertThat(rows.list()).hasSize(1);
    }

    @Test
    void refuses_what_cannot_be_before_anything_changes() {
        refused(new ClusterRequest("Bad_Name", "small", null, null), Reason.INVALID, "is not a cluster name");
        refused(new ClusterRequest("first", "huge", null, null), Reason.INVALID, "choose one of small, production");
        refused(new ClusterRequest("first", "small", "https://x", null), Reason.INVALID, "is not a host name");
        refused(new ClusterRequest("first", "small", null, 99), Reason.INVALID, "allows 1 to 5 workers");
        world.freeAddresses = 2;
        refused(
                new ClusterRequest("first", "small", null, null),
                Reason.CONFLICT,
                "no free addresses: network 'default' has 2 left");

        assertThat(rows.claims()).isEmpty();
        assertThat(world.calls).isEmpty();
    }

    @Test
    void refuses_to_delete_what_is_being_made_or_is_not_there() {
        world.areTasksDone = false;
        create("first");
        await(() -> rows.find("first").filter(row -> row.taskId() == 1).isPresent());

        Assertions.assertThatThrownBy(() ->
                        service.delete("first", ADMIN).toCompletableFuture().join())
                .hasMessageContaining("is being created now: wait, or cancel task 1");
        Assertions.assertThatThrownBy(() ->
                        service.delete("second", ADMIN).toCompletableFuture().join())
                .hasMessageContaining("Cluster second not found");
    }

    private void refused(ClusterRequest request, Reason reason, String message) {
        var answer = service.create(request, ADMIN).toCompletableFuture();
        Assertions.assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining(message)
                .cause()
                .isInstanceOfSatisfying(RequestRefused.class, refusal -> assertThat(refusal.reason())
                        .isEqualTo(reason));
    }

    private static void awaitLatch(java.util.concurrent.CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
