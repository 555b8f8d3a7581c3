package io.slipway.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.junit.jupiter.api.Test;

class CallsUnderWayTest {
    private static final long LITTLE_MILLIS = 1000;

    private final CountDownLatch answer = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @Test
    void a_call_waits_for_one_of_the_same_thing_on_another_director_and_for_no_other() throws Exception {
        try (var cluster = new SmallCluster(2, "")) {
            var here = shared(cluster.system(0));
            var there = shared(cluster.system(1));
            var before = lastingCall(here);

            var after = CompletableFuture.supplyAsync(() -> call(there, "vm 1", "disk 1"), threads);
            assertThat(call(there, "vm 2")).isEqualTo("called");
            TimeUnit.MILLISECONDS.sleep(LITTLE_MILLIS);
            assertThat(after).isNotDone();
            answer.countDown();

            assertThat(after.get(10, TimeUnit.SECONDS)).isEqualTo("called");
            assertThat(before.get(10, TimeUnit.SECONDS)).isEqualTo("called");
            assertThat(call(here, "vm 1")).isEqualTo("called");
        }
    }

    @Test
    void a_call_of_a_director_that_is_no_member_any_more_is_not_waited_for() throws Exception {
        try (var cluster = new SmallCluster(3, "")) {
            var dying = shared(cluster.system(2));
            var there = shared(cluster.system(1));
            shared(cluster.system(0));
            lastingCall(dying);
            var after = CompletableFuture.supplyAsync(() -> call(there, "vm 1"), threads);
            TimeUnit.MILLISECONDS.sleep(LITTLE_MILLIS);
            assertThat(after).isNotDone();

            cluster.cutOff(cluster.system(2));

            assertThat(after.get(30, TimeUnit.SECONDS)).isEqualTo("called");
            answer.countDown();
        }
    }

    @Test
    void a_director_of_an_earlier_release_that_does_not_know_the_question_is_not_waited_for() throws Exception {
        try (var cluster = new SmallCluster(2, "")) {
            var there = shared(cluster.system(1));

            var call = CompletableFuture.supplyAsync(() -> call(there, "vm 1"), threads);

            assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("called");
        }
    }

    private static CallsUnderWay shared(ActorSystem<?> system) {
        var calls = new CallsUnderWay();
        calls.share(system);
        return calls;
    }

    private CompletableFuture<String> lastingCall(CallsUnderWay calls) throws Exception {
        var begun = new CountDownLatch(1);
        var call = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return calls.alone(List.of("vm 1"), () -> {
                            begun.countDown();
                            answer.await();
                            return "called";
                        });
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                },
                threads);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        return call;
    }

    private static String call(CallsUnderWay calls, String... things) {
        try {
            return calls.alone(List.of(things), () -> "called");
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void of_several_that_wait_one_calls_at_a_time_also_on_one_director() throws Exception {
        try (var cluster = new SmallCluster(3, "")) {
            var all = List.of(shared(cluster.system(0)), shared(cluster.system(1)), shared(cluster.system(2)));
            var before = lastingCall(all.getFirst());
            var atOnce = new AtomicInteger();
            var most = new AtomicInteger();
            var waiting = new ArrayList<CompletableFuture<String>>();
            for (int i = 0; i < 12; i++) {
                var calls = all.get(i % 3);
                waiting.add(CompletableFuture.supplyAsync(() -> countedCall(calls, atOnce, most), threads));
            }

            answer.countDown();

            for (var call : waiting) {
                assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo("called");
            }
            assertThat(before.get(10, TimeUnit.SECONDS)).isEqualTo("called");
            assertThat(most).hasValue(1);
        }
    }

    private static String countedCall(CallsUnderWay calls, AtomicInteger atOnce, AtomicInteger most) {
        try {
            return calls.alone(List.of("vm 1"), () -> {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                TimeUnit.MILLISECONDS.sleep(20);
                atOnce.decrementAndGet();
                return "called";
            });
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
