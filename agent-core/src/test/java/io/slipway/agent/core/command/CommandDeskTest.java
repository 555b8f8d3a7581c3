package io.slipway.agent.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.Outbox;
import io.slipway.agent.core.Threads;
import io.slipway.agent.core.command.CommandJournal.Outlives;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Empty;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.Success;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

class CommandDeskTest {
    private static final Command COMMAND = Command.newBuilder().setId("c1").build();

    private final Threads threads =
            new Threads(Executors.newCachedThreadPool(), Executors.newSingleThreadScheduledExecutor());
    private final LinkedBlockingQueue<CommandResult> results = new LinkedBlockingQueue<>();
    private final AtomicInteger carriedOut = new AtomicInteger();
    private Path file;

    @BeforeEach
    void prepare(@TempDir Path folder) {
        file = folder.resolve("commands");
    }

    @AfterEach
    void end() {
        threads.close();
    }

    @Test
    void answers_a_command_that_is_repeated_in_the_very_moment_of_its_result() throws Exception {
        var itself = new CompletableFuture<CommandDesk>();
        var answered = new AtomicInteger();
        Outbox director = message -> {
            if (message.hasResult()) {
                results.add(message.getResult());
                if (answered.incrementAndGet() == 1) {
                    itself.join().receive(COMMAND);
                }
            }
        };
        try (var desk = desk(Interference.NONE, director)) {
            itself.complete(desk);

            desk.receive(COMMAND);

            var first = next();
            assertThat(next()).isEqualTo(first);
            assertThat(carriedOut).hasValue(1);
        }
    }

    @Test
    void begins_nothing_that_it_cannot_journal() throws Exception {
        try (var desk = desk(Interference.NONE, this::hear)) {
            Files.delete(file);

            desk.receive(COMMAND);

            assertThat(next().getFailure().getMessage()).contains("journal cannot be written");
            assertThat(carriedOut).hasValue(0);
        }
    }

    @Test
    void does_not_do_again_what_it_did_when_the_disk_was_full() throws Exception {
        byte[] journal = Files.readAllBytes(opened());
        try (var desk = desk(breaksTheJournal(), this::hear)) {
            desk.receive(COMMAND);
            var first = next();
            Files.write(file, journal);
            desk.receive(COMMAND);

            assertThat(first.hasSuccess()).isTrue();
            assertThat(next()).isEqualTo(first);
            assertThat(carriedOut).hasValue(1);
        }
    }

    @Test
    void sends_a_result_as_often_as_somebody_interferes() throws Exception {
        var interference = new Interference() {
            @Override
            public int deliveries(CommandResult result) {
                return result.hasSuccess() ? 2 : 0;
            }

            @Override
            public void before(Command command) throws CommandFailure {
                if (command.getId().equals("struck")) {
                    throw new CommandFailure(Failure.Code.UNKNOWN, "out of order");
                }
            }
        };
        try (var desk = desk(interference, this::hear)) {
            desk.receive(Command.newBuilder().setId("struck").build());
            desk.receive(COMMAND);

            assertThat(next().getCommandId()).isEqualTo("c1");
            assertThat(next().getCommandId()).isEqualTo("c1");
            assertThat(carriedOut).hasValue(1);
        }
    }

    private Interference breaksTheJournal() {
        return new Interference() {
            @Override
            public void before(Command command) {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    private Path opened() throws IOException {
        CommandJournal.open(file, Outlives.MACHINE);
        return file;
    }

    private CommandDesk desk(Interference interference, Outbox outbox) throws IOException {
        CommandHandler handler = command -> {
            carriedOut.incrementAndGet();
            return Success.newBuilder().setEmpty(Empty.getDefaultInstance()).build();
        };
        return new CommandDesk(
                CommandJournal.open(file, Outlives.MACHINE), handler, interference, outbox, threads, Level.DEBUG);
    }

    private void hear(io.slipway.protocol.agent.v1.FromAgent message) {
        if (message.hasResult()) {
            results.add(message.getResult());
        }
    }

    private CommandResult next() throws InterruptedException {
        var result = results.poll(20, TimeUnit.SECONDS);
        assertThat(result).isNotNull();
        return result;
    }
}
