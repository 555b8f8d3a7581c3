package io.slipway.server;

import com.typesafe.config.Config;
import io.slipway.engine.ObservedJournal;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol;
import scala.PartialFunction;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/** The director's journal, which stops entities at the {@link CrashPoints}. Named in {@code application.conf}. */
public final class CrashingJournal extends ObservedJournal {
    public CrashingJournal(Config config) {
        super(config);
    }

    @Override
    public void aroundReceive(PartialFunction<Object, BoxedUnit> receive, Object message) {
        if (!(message instanceof JournalProtocol.WriteMessages write)
                || write.messages().isEmpty()
                || !(write.messages().head() instanceof AtomicWrite atomic)) {
            super.aroundReceive(receive, message);
            return;
        }
        var first = atomic.payload().head();
        var system = context().system();
        var fate = CrashPoints.of(system).fateOf(first.persistenceId(), first.payload());
        remember(write, fate);
        switch (fate) {
            case DONE -> super.aroundReceive(receive, write);
            case DONE_UNANSWERED ->
                super.aroundReceive(
                        receive,
                        new JournalProtocol.WriteMessages(
                                write.messages(), system.deadLetters(), write.actorInstanceId()));
            case LOST -> {}
        }
    }

    private void remember(JournalProtocol.WriteMessages write, CrashPoints.Fate fate) {
        var points = CrashPoints.of(context().system());
        CollectionConverters.asJava(write.messages()).forEach(message -> {
            if (message instanceof AtomicWrite atomic) {
                CollectionConverters.asJava(atomic.payload())
                        .forEach(one -> points.wrote(one.persistenceId(), one.payload(), fate));
            }
        });
    }
}
