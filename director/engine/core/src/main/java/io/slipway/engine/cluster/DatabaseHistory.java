package io.slipway.engine.cluster;

import io.slipway.store.DurableFile;
import io.slipway.store.Timeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a director from a PostgreSQL whose place another one has taken: a former primary that came back as if nothing had
 * happened knows nothing of what was written since, and what is written to it is lost. The latest timeline that this director
 * has used is in a file of its data directory. It does not start on an earlier one, and halts where its connections lead to
 * one.
 */
public final class DatabaseHistory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseHistory.class);
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Path file;
    private final Supplier<Optional<Timeline>> present;
    private final Halt halt;
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable Timeline latest;

    private DatabaseHistory(Path file, Supplier<Optional<Timeline>> present, Halt halt) {
        this.file = file;
        this.present = present;
        this.halt = halt;
    }

    /**
     * Looks once, and from then on every two seconds until it is closed.
     *
     * @param present of the database that a connection leads to now; throws where there is none
     * @throws IllegalStateException where that is a former primary, or there is none
     */
    public static DatabaseHistory open(Path file, Supplier<Optional<Timeline>> present, Halt halt) {
        var history = new DatabaseHistory(file, present, halt);
        history.latest = history.read();
        var found = present.get();
        found.flatMap(history::problem).ifPresent(problem -> {
            throw new IllegalStateException(problem);
        });
        found.ifPresent(history::remember);
        if (found.isPresent()) {
            Thread.ofPlatform().daemon().name("database-history").start(history::watch);
        }
        return history;
    }

    private void watch() {
        while (!pause()) {
            try {
                look();
            } catch (UncheckedIOException failure) {
                LOG.warn("the database's timeline cannot be written down: {}", failure.getMessage());
            } catch (RuntimeException away) {
                LOG.debug("the database's timeline is not known now: {}", away.getMessage());
            }
        }
    }

    void look() {
        var found = present.get();
        var problem = found.flatMap(this::change).or(() -> found.flatMap(this::problem));
        if (problem.isPresent()) {
            halt.now(problem.get());
        } else {
            found.ifPresent(this::remember);
        }
    }

    /** A backup may be put into another server, while no director runs. */
    private Optional<String> change(Timeline found) {
        var known = latest;
        return known == null || known.system().equals(found.system())
                ? Optional.empty()
                : Optional.of("its database was PostgreSQL " + known.system() + ", and is PostgreSQL " + found.system()
                        + " all of a sudden: database.url must name a primary and replicas of it");
    }

    private Optional<String> problem(Timeline found) {
        var known = latest;
        if (known == null || !known.system().equals(found.system()) || found.number() >= known.number()) {
            return Optional.empty();
        }
        return Optional.of("its database is a PostgreSQL on timeline " + found.number()
                + ", and this director has used timeline " + known.number()
                + " of it: this is a former primary, whose place another one has taken. Stop that PostgreSQL, and make"
                + " it a replica of the present primary. To go back to it, and give up what was written since, delete "
                + file
                + " of all directors");
    }

    private void remember(Timeline found) {
        if (found.equals(latest)) {
            return;
        }
        LOG.info("the database is on timeline {} of PostgreSQL {}", found.number(), found.system());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            DurableFile.write(file, found.system() + " " + found.number() + "\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        latest = found;
    }

    private @Nullable Timeline read() {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            String[] parts =
                    Files.readString(file, StandardCharsets.US_ASCII).strip().split(" ");
            return new Timeline(parts[0], Long.parseLong(parts[1]));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unreadable) {
            throw new IllegalStateException(
                    file
                            + " must have the identifier of a PostgreSQL and the number of a timeline: restore it, or"
                            + " delete it",
                    unreadable);
        }
    }

    /** True once this is closed. */
    private boolean pause() {
        try {
            return closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
