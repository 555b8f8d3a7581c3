package io.slipway.server;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.engine.cluster.Halt;
import io.slipway.store.Database;
import io.slipway.store.lease.Leases;
import io.slipway.store.ledger.CpiLedgers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The director's process: {@code --config FILE} runs it until it is told to stop; with {@code power-off} it stops all
 * VMs, with {@code purge} it removes all that its CPI made, with {@code migrate-database --to FILE} it moves what is in its
 * embedded database to where other settings of the same director have theirs; all of them only while no director runs.
 */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final String USAGE = "usage: --config FILE [power-off | purge | migrate-database --to FILE]";

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        int status = 1;
        try {
            status = run(List.of(arguments));
        } catch (RuntimeException | Error fault) {
            LOG.error("The director ends for a fault of its own", fault);
        } finally {
            // Threads that were started before a fault would keep alive a process that does nothing.
            System.exit(status);
        }
    }

    private static int run(List<String> arguments) throws InterruptedException {
        boolean isMigration =
                arguments.size() == 5 && arguments.subList(2, 4).equals(List.of("migrate-database", "--to"));
        if (arguments.size() < 2
                || arguments.size() > 3 && !isMigration
                || !arguments.getFirst().equals("--config")) {
            System.err.println("Error: " + USAGE);
            return 2;
        }
        try {
            var settings = ServerSettings.read(Path.of(arguments.get(1)));
            if (isMigration) {
                Migration.run(settings, ServerSettings.read(Path.of(arguments.get(4))), System.out::println);
                return 0;
            }
            return switch (arguments.size() == 2 ? "run" : arguments.get(2)) {
                case "run" -> direct(settings);
                case "power-off" -> withCpi(settings, Cpi::powerOffAll);
                case "purge" -> withCpi(settings, Cpi::purge);
                default -> {
                    System.err.println("Error: '" + arguments.get(2) + "' is no command; " + USAGE);
                    yield 2;
                }
            };
        } catch (ServerSettings.Invalid | IOException | CpiException | IllegalStateException failure) {
            System.err.println("Error: " + failure.getMessage());
            return 1;
        }
    }

    private static int direct(ServerSettings settings)
            throws IOException, ServerSettings.Invalid, InterruptedException {
        Umask.warnIfOpen();
        var director = Director.start(settings);
        var isClosing = new AtomicBoolean();
        var stopped = new java.util.concurrent.CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            isClosing.set(true);
                            director.close();
                            stopped.countDown();
                        },
                        "shutdown"));
        director.system().getWhenTerminated().thenRun(() -> {
            if (!isClosing.get()) {
                // Without its entities a director is of no use, and whoever supervises it starts it again.
                Halt.ofThisProcess().now("its actor system has ended");
            }
        });
        stopped.await();
        return 0;
    }

    /** Something done with the CPI alone. */
    @FunctionalInterface
    private interface WithCpi {
        void on(Cpi cpi);
    }

    private static int withCpi(ServerSettings settings, WithCpi work) throws IOException {
        if (Infrastructures.needsLedger(settings)) {
            try (var database = Database.open(settings.database());
                    var leases =
                            new Leases(database.jdbi(), NodeIdentity.name(settings.dataDirectory()), Leases.LASTING)) {
                var ledgers = new CpiLedgers(database.jdbi(), leases);
                Infrastructures.moveLedgers(settings, ledgers);
                try (Cpi cpi = Infrastructures.builtIn(settings, ledgers)) {
                    work.on(cpi);
                }
            }
            return 0;
        }
        try (Cpi cpi = Infrastructures.builtIn(settings)) {
            work.on(cpi);
        }
        return 0;
    }
}
