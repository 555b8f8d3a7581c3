package io.slipway.store.event;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/** Who asked for tasks, and from where: completes facts that name a task, and not who is behind it. */
final class AskedBy {
    private final Map<String, String> users;
    private final Map<String, String> clients;

    private AskedBy(Map<String, String> users, Map<String, String> clients) {
        this.users = users;
        this.clients = clients;
    }

    static AskedBy of(Handle handle, List<AuditEvent> events) {
        return new AskedBy(
                found(
                        handle,
                        events,
                        event -> event.user().isEmpty(),
                        "SELECT id, username FROM tasks WHERE id IN (<tasks>)"),
                found(
                        handle,
                        events,
                        event -> event.client().isEmpty(),
                        "SELECT task, client FROM task_clients WHERE task IN (<tasks>)"));
    }

    private static Map<String, String> found(
            Handle handle, List<AuditEvent> events, Predicate<AuditEvent> isAskedFor, String query) {
        var tasks = events.stream()
                .filter(isAskedFor)
                .map(AuditEvent::task)
                .filter(task -> task.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .distinct()
                .toList();
        var found = new HashMap<String, String>();
        if (!tasks.isEmpty()) {
            handle.createQuery(query)
                    .bindList("tasks", tasks)
                    .map((row, context) -> Map.entry(Long.toString(row.getLong(1)), row.getString(2)))
                    .forEach(one -> found.put(one.getKey(), one.getValue()));
        }
        return found;
    }

    AuditEvent completed(AuditEvent event) {
        return event.askedBy(
                event.user().isEmpty() ? users.getOrDefault(event.task(), "") : event.user(),
                event.client().isEmpty() ? clients.getOrDefault(event.task(), "") : event.client());
    }
}
