package io.slipway.engine;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.jdbc.journal.JdbcAsyncWriteJournal;
import scala.Function1;
import scala.collection.immutable.Seq;
import scala.concurrent.Future;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/** The journal in the database, which tells an {@link EngineObserver} of its writes and of what entities read when they start. */
public class ObservedJournal extends JdbcAsyncWriteJournal {
    private final EngineObserver observer;

    /** Pekko calls it, by the class name in the configuration. */
    public ObservedJournal(Config config) {
        super(config);
        var setup = context().system().settings().setup().get(Observed.class);
        observer = setup.isPresent() ? setup.get().observer : EngineObserver.NONE;
    }

    /** Goes into the actor system, where the journal finds it. */
    static final class Observed extends Setup {
        private final EngineObserver observer;

        Observed(EngineObserver observer) {
            this.observer = observer;
        }
    }

    @Override
    public Future<Seq<Try<BoxedUnit>>> asyncWriteMessages(Seq<AtomicWrite> writes) {
        long begun = System.nanoTime();
        var written = super.asyncWriteMessages(writes);
        written.onComplete(
                outcome -> {
                    var took = Duration.ofNanos(System.nanoTime() - begun);
                    writes.foreach(write -> {
                        observer.journaled(kindOf(write.persistenceId()), write.size(), took, outcome.isSuccess());
                        return BoxedUnit.UNIT;
                    });
                    return BoxedUnit.UNIT;
                },
                context().dispatcher());
        return written;
    }

    @Override
    public Future<BoxedUnit> asyncReplayMessages(
            String persistenceId, long from, long to, long most, Function1<PersistentRepr, BoxedUnit> callback) {
        long begun = System.nanoTime();
        var events = new AtomicInteger();
        var replayed = super.asyncReplayMessages(persistenceId, from, to, most, event -> {
            events.incrementAndGet();
            return callback.apply(event);
        });
        replayed.onComplete(
                outcome -> {
                    if (outcome.isSuccess()) {
                        observer.recovered(
                                kindOf(persistenceId), events.get(), Duration.ofNanos(System.nanoTime() - begun));
                    }
                    return BoxedUnit.UNIT;
                },
                context().dispatcher());
        return replayed;
    }

    /** Before the id of the entity, of which there may be any number. */
    private static String kindOf(String persistenceId) {
        int end = persistenceId.indexOf('|');
        return end < 0 ? "other" : persistenceId.substring(0, end);
    }
}
