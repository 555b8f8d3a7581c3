package io.slipway.engine.compile;

import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.compile.CompileCommand.CompileEnded;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** Compilations' entities, for code that waits for their answers. */
public final class Compilations {
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final ClusterSharding sharding;
    private final Stop stop;

    /** @param stop ends all waiting */
    public Compilations(ActorSystem<?> system, Stop stop) {
        this.sharding = ClusterSharding.get(system);
        this.stop = stop;
    }

    CompileEnded compile(CompileRequest request) {
        var compilation = sharding.entityRefFor(CompiledPackageEntity.KEY, request.key());
        return Ask.untilAnswered(
                stop,
                () -> compilation.<CompileEnded>ask(replyTo -> new CompileCommand.Compile(request, replyTo), SILENCE));
    }
}
