package io.slipway.engine.event;

import io.slipway.engine.Audit;
import io.slipway.engine.RequestRefused;
import io.slipway.model.yaml.Fields;
import io.slipway.store.DurableFile;
import io.slipway.store.event.ChainPosition;
import io.slipway.store.event.ChainPruning.Pruned;
import io.slipway.store.event.ChainRow;
import io.slipway.store.event.EventStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail as a chain that can be proven: its end is told to the log and kept in a file of this director, where those who can
 * only write to the database do not reach it. Calls block.
 */
public final class AuditChain {
    private static final Logger LOG = LoggerFactory.getLogger(AuditChain.class);

    private static final int INVALID_VALUE = 40005;

    private final EventStore events;
    private final Audit audit;
    private final Path kept;
    private final Clock clock;
    private ChainPosition told = ChainPosition.START;

    /**
     * A place in the chain.
     *
     * @param text NUMBER:DIGEST, as it is written down and given back
     */
    public record Place(long number, String digest, String text) {
        private static Place of(ChainPosition position) {
            return new Place(position.number(), position.digest(), position.text());
        }
    }

    /**
     * What a look has found.
     *
     * @param rows that were looked at
     * @param reached the last of them: the next look goes on after it
     * @param head the last row of the trail
     * @param checkpoint the last row that was removed for its age
     * @param problems the first hundred, in the order of the chain
     */
    public record Report(
            long rows,
            Place from,
            Place reached,
            Place head,
            Place checkpoint,
            boolean isAtEnd,
            List<Problem> problems) {}

    /** @param number of a row, or where it should be; 0 where that cannot be said */
    public record Problem(long number, String what) {}

    /** @param kept the file that has the end of the chain as this director has seen it last */
    public AuditChain(EventStore events, Audit audit, Path kept, Clock clock) {
        this.events = events;
        this.audit = audit;
        this.kept = kept;
        this.clock = clock;
    }

    /** Makes the chain ready for facts; to be called before the first one is recorded. */
    public void start() throws IOException {
        var known = kept();
        events.start(known);
        if (known.number() > 0) {
            var found = events.verification().look(known, Optional.of(known), 1);
            found.problems()
                    .forEach(problem -> LOG.error(
                            "the audit trail is not as it was left, at {}: {}", problem.number(), problem.what()));
        }
        tell();
    }

    /** The end of the chain; empty where it was not written by a director. */
    public Optional<Place> head() {
        return events.verification().head().map(Place::of);
    }

    /**
     * Looks whether the trail is as the directors left it, from a place that is known to be right.
     *
     * @param after NUMBER:DIGEST where an earlier look has come to; empty for the oldest row that is kept
     * @param anchor NUMBER:DIGEST of a head that was written down some time; empty for none
     * @param most rows to look at
     */
    public Report verify(String after, String anchor, long most) {
        var found = events.verification()
                .look(
                        after.isEmpty() ? ChainPosition.START : position("after", after),
                        anchor.isEmpty() ? Optional.empty() : Optional.of(position("anchor", anchor)),
                        most);
        return new Report(
                found.rows(),
                Place.of(found.from()),
                Place.of(found.reached()),
                Place.of(found.head()),
                Place.of(found.checkpoint()),
                found.isAtEnd(),
                found.problems().stream()
                        .map(one -> new Problem(one.number(), one.what()))
                        .toList());
    }

    private static ChainPosition position(String name, String text) {
        return ChainPosition.parse(text)
                .orElseThrow(() -> RequestRefused.invalid(
                        INVALID_VALUE,
                        name + " is '" + Fields.shown(text)
                                + "': expected NUMBER:DIGEST, as 'slipway audit head' prints it"));
    }

    /** Rows in the order of the chain as they are exported, each a JSON object with all that its digest covers. */
    public List<Map<String, Object>> rows(long afterNumber, int limit) {
        return events.rows(afterNumber, limit).stream()
                .map(AuditChain::exported)
                .toList();
    }

    private static Map<String, Object> exported(ChainRow row) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("number", row.number());
        shape.put("digest", row.digest());
        shape.put("id", row.id());
        shape.put("key", row.naturalKey());
        shape.put("at", row.at());
        shape.put("user", row.user());
        shape.put("client", row.client());
        shape.put("action", row.action());
        shape.put("object_type", row.objectType());
        shape.put("object_name", row.objectName());
        shape.put("task", row.task());
        shape.put("deployment", row.deployment());
        shape.put("instance", row.instance());
        shape.put("error", row.error());
        shape.put("context", row.context());
        return shape;
    }

    /** Tells the end of the chain to the log and to the file, where it is another one; to be called now and then. */
    public synchronized void tell() {
        var head = events.verification().head();
        if (head.isEmpty()) {
            LOG.error("the head of the audit trail was not written by a director: see 'slipway audit verify'");
            return;
        }
        if (head.get().equals(told) || head.get().number() == 0) {
            return;
        }
        LOG.info("the audit trail ends at {}", head.get().text());
        try {
            DurableFile.write(kept, head.get().text() + "\n");
            told = head.get();
        } catch (IOException failure) {
            LOG.warn("where the audit trail ends cannot be written to {}: {}", kept, failure.getMessage());
        }
    }

    /** Removes what is older than this, and says so in the trail itself. */
    public void removeOlderThan(Duration age) {
        Pruned pruned = events.pruning().olderThan(clock.instant().minus(age).toEpochMilli());
        pruned.problem()
                .ifPresent(problem -> LOG.error(
                        "the audit trail keeps rows that are older than {}, since after {} {}: see 'slipway audit verify'",
                        age,
                        problem.number(),
                        problem.what()));
        if (pruned.rows() > 0) {
            String last = pruned.last().text();
            audit.record(new Audit.Fact(
                    "audit/remove/" + last,
                    "director",
                    "",
                    "delete",
                    "audit-rows",
                    last,
                    "",
                    "",
                    "",
                    "",
                    Map.of("rows", pruned.rows(), "older_than_days", age.toDays())));
        }
    }

    private ChainPosition kept() throws IOException {
        try {
            String text = Files.readString(kept, StandardCharsets.US_ASCII).strip();
            return ChainPosition.parse(text)
                    .orElseThrow(() -> new IOException(
                            kept + " has '" + text + "': expected NUMBER:DIGEST, as 'slipway audit head' prints it."
                                    + " Put it back, or remove it where the trail was verified"));
        } catch (NoSuchFileException first) {
            return ChainPosition.START;
        }
    }
}
