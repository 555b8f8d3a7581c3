package io.slipway.health.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The alerts that last. Who looks at a part of the world says all that is wrong with it now; what of that is news, and what has
 * ended, follows from what was said before.
 *
 * @param open by key
 */
public record AlertBook(Map<String, Alert> open) {
    public static final AlertBook EMPTY = new AlertBook(Map.of());

    public AlertBook {
        open = Map.copyOf(open);
    }

    /** Of alerts that last already. */
    public static AlertBook of(Collection<Alert> open) {
        var book = new HashMap<String, Alert>();
        open.forEach(alert -> book.put(alert.key(), alert));
        return new AlertBook(book);
    }

    /**
     * What came of it.
     *
     * @param news that are to be told: what begins, what has become worse or better, what ended
     */
    public record Entry(AlertBook book, List<Alert> news) {}

    /**
     * All that is wrong with a part of the world.
     *
     * @param scope the part; what was said of others stays
     * @param held what is wrong as well, and follows from something larger: it does not begin, nor does it end
     * @param mayEnd false while too little is known to say that anything is well again
     */
    public Entry lookedAt(Scope scope, Collection<Alert> firing, Collection<Alert> held, boolean mayEnd, Instant at) {
        var next = new HashMap<>(open);
        var news = new ArrayList<Alert>();
        var seen = new HashSet<String>();
        for (Alert alert : firing) {
            seen.add(alert.key());
            var before = open.get(alert.key());
            if (before == null) {
                next.put(alert.key(), alert);
                news.add(alert);
            } else {
                var now = before.retold(alert);
                next.put(alert.key(), now);
                if (now.severity() != before.severity()) {
                    news.add(now);
                }
            }
        }
        held.forEach(alert -> seen.add(alert.key()));
        if (mayEnd) {
            open.forEach((key, alert) -> {
                if (!seen.contains(key) && scope.covers(alert)) {
                    next.remove(key);
                    news.add(alert.resolved(at));
                }
            });
        }
        return new Entry(new AlertBook(next), List.copyOf(news));
    }

    /** A part of the world that is looked at as a whole. */
    @FunctionalInterface
    public interface Scope {
        boolean covers(Alert alert);

        /** The same without what these rules say. */
        default Scope without(Collection<String> rules) {
            return alert -> covers(alert) && !rules.contains(alert.rule());
        }

        /** All that rules say of a deployment and its instances. */
        static Scope deployment(String name) {
            return alert -> alert.subject().deployment().equals(name);
        }

        /** All that one of these rules says. */
        static Scope rules(Collection<String> rules) {
            return alert -> rules.contains(alert.rule());
        }
    }
}
