package io.slipway.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.journal.Journal;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Empty;
import io.slipway.protocol.agent.v1.Success;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandDeskTest {
    private static final Command COMMAND = Command.newBuilder().setId("c1").build();

    @Test
    void answers_a_command_that_is_repeated_in_the_very_moment_of_its_result(@TempDir Path folder) throws Exception {
        var results = new LinkedBlockingQueue<CommandResult>();
        var answered = new AtomicInteger();
        var carriedOut = new AtomicInteger();
        var itself = new CompletableFuture<CommandDesk>();
        Outbox director = message -> {
            if (message.hasResult()) {
                results.add(message.getResult());
                if (answered.incrementAndGet() == 1) {
                    itself.join().receive(COMMAND);
                }
            }
        };
        try (var clock = Executors.newSingleThreadScheduledExecutor();
                var desk = new CommandDesk(
                        Journal.open(folder),
                        director,
                        command -> {
                            carriedOut.incrementAndGet();
                            return Success.newBuilder()
                                    .setEmpty(Empty.getDefaultInstance())
                                    .build();
                        },
                        CompletableFuture.completedFuture(null),
                        clock)) {
            itself.complete(desk);

            desk.receive(COMMAND);

            var first = results.poll(20, TimeUnit.SECONDS);
            var second = results.poll(20, TimeUnit.SECONDS);
            assertThat(first).isNotNull();
            assertThat(second).isEqualTo(first);
            assertThat(carriedOut).hasValue(1);
        }
    }
}
