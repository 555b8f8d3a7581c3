package io.slipway.store.event;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * A row of the audit trail exactly as the database has it, with its place in the chain: what is verified must not be made
 * presentable first.
 *
 * @param number from one, without gaps
 * @param digest of the row and of the digest before it
 */
public record ChainRow(
        long number,
        String digest,
        long id,
        String naturalKey,
        long at,
        String user,
        String client,
        String action,
        String objectType,
        String objectName,
        String task,
        String deployment,
        String instance,
        String error,
        String context) {

    static ChainRow of(ResultSet found) throws SQLException {
        return new ChainRow(
                found.getLong("chain_number"),
                found.getString("digest"),
                found.getLong("id"),
                found.getString("natural_key"),
                found.getLong("at"),
                found.getString("username"),
                found.getString("client"),
                found.getString("action"),
                found.getString("object_type"),
                found.getString("object_name"),
                found.getString("task"),
                found.getString("deployment"),
                found.getString("instance"),
                found.getString("error"),
                found.getString("context"));
    }

    static List<ChainRow> after(Handle handle, long number, long limit) {
        return handle.createQuery("SELECT * FROM events WHERE chain_number > :after ORDER BY chain_number LIMIT :limit")
                .bind("after", number)
                .bind("limit", limit)
                .map((found, context) -> of(found))
                .list();
    }

    /** A fact that gets this place in the chain. */
    static ChainRow of(AuditEvent event, long number, long id) {
        return new ChainRow(
                number,
                "",
                id,
                event.naturalKey(),
                event.at(),
                event.user(),
                event.client(),
                event.action(),
                event.objectType(),
                event.objectName(),
                event.task(),
                event.deployment(),
                event.instance(),
                event.error(),
                event.context());
    }

    /** For those who look things up, not for those who verify. */
    AuditEvent fact() {
        return new AuditEvent(
                id,
                naturalKey,
                at,
                user,
                client,
                action,
                objectType,
                objectName,
                task,
                deployment,
                instance,
                error,
                context);
    }

    ChainRow sealed(String seal) {
        return at(new ChainPosition(number, seal));
    }

    ChainRow at(ChainPosition position) {
        return new ChainRow(
                position.number(),
                position.digest(),
                id,
                naturalKey,
                at,
                user,
                client,
                action,
                objectType,
                objectName,
                task,
                deployment,
                instance,
                error,
                context);
    }
}
