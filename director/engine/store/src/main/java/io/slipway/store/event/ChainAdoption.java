package io.slipway.store.event;

import io.slipway.store.Conflicts;
import io.slipway.store.event.ChainMark.Kind;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes rows into the chain that have no place in it: those from before there was one, and those of directors of earlier versions that
 * still run while the first of this one has started. An hour later such a row is nobody's, and stays outside.
 */
final class ChainAdoption {
    private static final Logger LOG = LoggerFactory.getLogger(ChainAdoption.class);
    private static final Duration OPEN = Duration.ofHours(1);
    private static final int PAGE = 1_000;

    private final Jdbi jdbi;
    private final ChainKey key;

    ChainAdoption(Jdbi jdbi, ChainKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /** @return how many rows it took in */
    int adopt(long now) {
        int all = 0;
        for (int taken = PAGE; taken == PAGE; all += taken) {
            taken = Conflicts.retried(jdbi, handle -> page(handle, now));
        }
        if (all > 0) {
            LOG.info("{} events from before the audit trail was a chain are part of it now", all);
        }
        return all;
    }

    private int page(Handle handle, long now) {
        var head = ChainMark.lockedHead(handle);
        var adoption = ChainMark.read(handle, Kind.ADOPTION);
        if (adoption.isNew() && head.isNew()) {
            adoption = adoption.at(ChainPosition.START, now + OPEN.toMillis());
            adoption.write(handle, key);
            ChainMark.read(handle, Kind.CHECKPOINT).write(handle, key);
            head.write(handle, key);
        } else if (!adoption.isGenuine(key) || now > adoption.at()) {
            return 0;
        }
        var position = head.position();
        var rows = handle.createQuery("SELECT * FROM events WHERE chain_number IS NULL ORDER BY id LIMIT " + PAGE)
                .map((found, context) -> ChainRow.of(found))
                .list();
        if (rows.isEmpty()) {
            return 0;
        }
        var batch = handle.prepareBatch("UPDATE events SET chain_number = :number, digest = :digest WHERE id = :id");
        for (ChainRow row : rows) {
            var numbered = row.at(new ChainPosition(position.number() + 1, ""));
            position = new ChainPosition(numbered.number(), key.digest(position.digest(), numbered));
            batch.bind("number", position.number())
                    .bind("digest", position.digest())
                    .bind("id", row.id())
                    .add();
        }
        batch.execute();
        head.at(position, rows.getLast().at()).write(handle, key);
        return rows.size();
    }
}
