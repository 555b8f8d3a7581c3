package io.slipway.server;

import com.typesafe.config.Config;
import io.slipway.engine.LocalMessage;
import io.slipway.engine.RemoteMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;
import org.apache.pekko.dispatch.UnboundedMailbox;
import org.apache.pekko.dispatch.UnboundedMessageQueueSemantics;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Brings some of what directors say to each other late, or twice, as a bad network and those who ask again do. What one
 * sends another still comes in the order in which it was sent, but for the second copies.
 */
public final class UnreliableMailbox implements MailboxType, ProducesMessageQueue<UnreliableMailbox.Messages> {
    private static final Duration LATEST = Duration.ofMillis(800);
    private static final Duration LATEST_COPY = Duration.ofMillis(2_000);

    /** How many of a hundred messages come late, and how many twice. */
    record Unreliability(int late, int twice, RandomGenerator random) {
        static final Unreliability NONE = new Unreliability(0, 0, RandomGenerator.getDefault());
    }

    private static volatile Unreliability unreliability = Unreliability.NONE;
    private static final AtomicLong LATE = new AtomicLong();
    private static final AtomicLong TWICE = new AtomicLong();

    /** What is held back may be due; and a second copy, where there is one. */
    private record Due(@Nullable Envelope copy) implements NoSerializationVerificationNeeded {}

    private record Held(Envelope envelope, long due) {}

    /** Pekko makes it so. */
    public UnreliableMailbox(ActorSystem.Settings settings, Config config) {}

    /** From now on, in all directors of this JVM. */
    static void become(Unreliability wanted) {
        unreliability = wanted;
    }

    /** How many came late and twice until now. */
    static String counts() {
        return LATE.get() + " messages late, " + TWICE.get() + " twice";
    }

    @Override
    public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
        return system.isDefined() ? new Messages(system.get()) : new UnboundedMailbox.MessageQueue();
    }

    /** Of one actor. */
    public static final class Messages implements MessageQueue, UnboundedMessageQueueSemantics {
        private final Queue<Envelope> queue = new ConcurrentLinkedQueue<>();
        private final Deque<Held> held = new ArrayDeque<>();
        private final ActorSystem system;

        private Messages(ActorSystem system) {
            this.system = system;
        }

        @Override
        public void enqueue(ActorRef receiver, Envelope envelope) {
            var present = unreliability;
            if (envelope.message() instanceof Due due) {
                if (due.copy() != null) {
                    queue.add(due.copy());
                }
                letIn();
            } else if (isBetweenDirectors(envelope.message())) {
                if (present.random().nextInt(100) < present.twice()) {
                    TWICE.incrementAndGet();
                    remind(receiver, new Due(envelope), upTo(LATEST_COPY, present));
                }
                boolean isLate = present.random().nextInt(100) < present.late();
                letInOrHold(receiver, envelope, isLate ? upTo(LATEST, present) : 0);
            } else {
                letInOrHold(receiver, envelope, 0);
            }
        }

        private static boolean isBetweenDirectors(Object message) {
            return message instanceof RemoteMessage && !(message instanceof LocalMessage);
        }

        /** What comes after something late comes after it. */
        private synchronized void letInOrHold(ActorRef receiver, Envelope envelope, long delay) {
            if (delay == 0 && held.isEmpty()) {
                queue.add(envelope);
                return;
            }
            if (delay > 0) {
                LATE.incrementAndGet();
            }
            long now = System.nanoTime();
            long due = held.isEmpty() ? now + delay : Math.max(held.getLast().due(), now + delay);
            held.add(new Held(envelope, due));
            remind(receiver, new Due(null), due - now);
        }

        private synchronized void letIn() {
            long now = System.nanoTime();
            while (!held.isEmpty() && held.getFirst().due() <= now) {
                queue.add(held.removeFirst().envelope());
            }
        }

        /** The scheduler is never early. */
        private void remind(ActorRef receiver, Due due, long nanos) {
            system.scheduler()
                    .scheduleOnce(
                            Duration.ofNanos(Math.max(0, nanos)),
                            receiver,
                            due,
                            system.dispatcher(),
                            ActorRef.noSender());
        }

        private static long upTo(Duration longest, Unreliability present) {
            return present.random().nextLong(longest.toNanos());
        }

        @Override
        public @Nullable Envelope dequeue() {
            return queue.poll();
        }

        @Override
        public int numberOfMessages() {
            return queue.size();
        }

        @Override
        public boolean hasMessages() {
            return !queue.isEmpty();
        }

        @Override
        public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
            for (Envelope left = queue.poll(); left != null; left = queue.poll()) {
                deadLetters.enqueue(owner, left);
            }
            synchronized (this) {
                held.forEach(one -> deadLetters.enqueue(owner, one.envelope()));
                held.clear();
            }
        }
    }
}
