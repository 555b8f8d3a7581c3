package io.slipway.engine.deployment;

import io.slipway.engine.LocalMessage;
import io.slipway.engine.ask.Stop;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Straight-line work on a virtual thread, as a child of an actor: it ends with its parent. When it is stopped, the work is
 * told so; when the work is done, it stops.
 */
final class BackgroundWork {
    private BackgroundWork() {}

    /** What it hears. */
    sealed interface Signal extends LocalMessage permits Done {}

    private record Done() implements Signal {}

    /**
     * Begins the work when it is spawned.
     *
     * @param directorStop that it ends with, too
     * @param work may throw {@link Stop.Stopped}; handles all else itself
     * @param then runs on the actor's thread when this has stopped, however that came
     */
    static Behavior<Signal> of(String threadName, Stop directorStop, Consumer<Stop> work, Runnable then) {
        return Behaviors.setup(context -> {
            var stop = new Stop().with(directorStop);
            var self = context.getSelf();
            Thread.ofVirtual().name(threadName).start(() -> {
                try {
                    work.accept(stop);
                } catch (Stop.Stopped stopped) {
                    // Whoever does this again goes on from what is journaled.
                } finally {
                    self.tell(new Done());
                }
            });
            return Behaviors.receive(Signal.class)
                    .onMessage(Done.class, done -> Behaviors.stopped())
                    .onSignal(PostStop.class, signal -> {
                        stop.stop();
                        then.run();
                        return Behaviors.same();
                    })
                    .build();
        });
    }
}
