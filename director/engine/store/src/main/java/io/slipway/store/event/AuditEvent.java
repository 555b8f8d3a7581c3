package io.slipway.store.event;

import io.slipway.store.PlainText;

/**
 * One fact of the audit trail. Empty strings stand for what does not apply.
 *
 * @param naturalKey the same fact has the same key
 * @param at epoch milliseconds
 * @param client the address from which it was asked for
 * @param context a JSON object
 */
public record AuditEvent(
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
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_KIND = 64;
    private static final int LONGEST_OBJECT = 1_000;
    private static final int LONGEST_TASK = 32;

    /** Agents, CPIs and clients have their say in it. */
    public AuditEvent {
        naturalKey = PlainText.key(naturalKey, LONGEST_NAME);
        user = PlainText.clean(user, LONGEST_NAME);
        client = PlainText.clean(client, LONGEST_KIND);
        action = PlainText.clean(action, LONGEST_KIND);
        objectType = PlainText.clean(objectType, LONGEST_KIND);
        objectName = PlainText.clean(objectName, LONGEST_OBJECT);
        task = PlainText.clean(task, LONGEST_TASK);
        deployment = PlainText.clean(deployment, LONGEST_NAME);
        instance = PlainText.clean(instance, LONGEST_NAME);
        error = PlainText.clean(error);
        context = PlainText.storable(context);
    }

    AuditEvent askedBy(String who, String fromWhere) {
        return new AuditEvent(
                id,
                naturalKey,
                at,
                who,
                fromWhere,
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
