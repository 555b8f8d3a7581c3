package io.slipway.health.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.health.plugin.Notice.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PluginQueueTest {
    private static final Duration NO_PAUSE = Duration.ofMillis(1);

    private final List<Notice> received = Collections.synchronizedList(new ArrayList<>());

    @Test
    void a_receiver_that_stands_still_holds_nobody_up_and_what_is_lost_is_counted() throws Exception {
        var goOn = new CountDownLatch(1);
        Plugin slow = notices -> {
            goOn.await();
            received.addAll(notices);
        };
        try (var queue = PluginQueue.start(settings(10, 3, Kind.ALERT, Kind.HEARTBEAT), slow, NO_PAUSE)) {
            queue.offer(Notices.heartbeat(0));
            Notices.await("the first is on its way", () -> queue.counts().waiting() == 0);

            long begun = System.nanoTime();
            for (int i = 1; i <= 10_000; i++) {
                queue.offer(Notices.heartbeat(i));
            }
            long millis = (System.nanoTime() - begun) / 1_000_000;

            assertThat(millis).isLessThan(2_000);
            assertThat(queue.counts().lost()).isEqualTo(9_990);
            goOn.countDown();
            Notices.await("all that was left", () -> queue.counts().delivered() == 11);
            assertThat(received.getLast()).isEqualTo(Notices.heartbeat(10_000));
        }
    }

    @Test
    void a_receiver_that_is_down_gets_it_later() throws Exception {
        var failures = new AtomicInteger(3);
        Plugin down = notices -> {
            if (failures.getAndDecrement() > 0) {
                throw new IOException("connection refused");
            }
            received.addAll(notices);
        };
        try (var queue = PluginQueue.start(settings(10, 5, Kind.ALERT), down, NO_PAUSE)) {
            queue.offer(Notices.raised());

            Notices.await("the alert", () -> received.size() == 1);
            Notices.await("its count", () -> queue.counts().delivered() == 1);
            assertThat(queue.counts()).isEqualTo(new PluginQueue.Counts(1, 3, 0, 0));
        }
    }

    @Test
    void gives_up_after_so_many_retries_and_goes_on_with_the_next() throws Exception {
        Plugin down = notices -> {
            if (notices.contains(Notices.raised())) {
                throw new IOException("connection refused");
            }
            received.addAll(notices);
        };
        try (var queue = PluginQueue.start(settings(10, 2, Kind.ALERT), down, NO_PAUSE)) {
            queue.offer(Notices.raised());
            queue.offer(Notices.resolved());

            Notices.await("the next", () -> received.size() == 1);
            assertThat(received).containsExactly(Notices.resolved());
            assertThat(queue.counts().lost()).isEqualTo(1);
            assertThat(queue.counts().retried()).isEqualTo(2);
        }
    }

    @Test
    void what_is_refused_is_not_tried_again() throws Exception {
        var tries = new AtomicInteger();
        Plugin refusing = notices -> {
            tries.incrementAndGet();
            throw new Plugin.Refused("no such key");
        };
        try (var queue = PluginQueue.start(settings(10, 9, Kind.ALERT), refusing, NO_PAUSE)) {
            queue.offer(Notices.raised());

            Notices.await("the loss", () -> queue.counts().lost() == 1);
            assertThat(tries).hasValue(1);
        }
    }

    @Test
    void tells_alerts_before_heartbeats_and_only_what_is_asked_for() throws Exception {
        var goOn = new CountDownLatch(1);
        Plugin slow = notices -> {
            goOn.await();
            received.addAll(notices);
        };
        try (var both = PluginQueue.start(settings(10, 0, Kind.ALERT, Kind.HEARTBEAT), slow, NO_PAUSE);
                var one = PluginQueue.start(settings(10, 0, Kind.ALERT), slow, NO_PAUSE)) {
            both.offer(Notices.heartbeat(1));
            Notices.await("the first is on its way", () -> both.counts().waiting() == 0);
            both.offer(Notices.heartbeat(2));
            both.offer(Notices.raised());
            one.offer(Notices.heartbeat(3));
            goOn.countDown();

            Notices.await("all", () -> received.size() == 3);
            assertThat(received).containsExactly(Notices.heartbeat(1), Notices.raised(), Notices.heartbeat(2));
        }
    }

    private static PluginSettings settings(int queue, int retries, Kind... kinds) {
        return new PluginSettings("test", Set.of(kinds), queue, retries, given -> notices -> {});
    }
}
