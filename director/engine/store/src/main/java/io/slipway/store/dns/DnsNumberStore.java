package io.slipway.store.dns;

import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsNumbers;
import io.slipway.store.Conflicts;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/** The numbers of AZs, networks, groups and instances. A number is never given to another name. */
public final class DnsNumberStore {
    private final Jdbi jdbi;

    public DnsNumberStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    private enum Kind {
        AZ("az", "dns_az_numbers"),
        NETWORK("network", "dns_network_numbers"),
        INSTANCE_GROUP("instance_group", "dns_group_numbers"),
        LINK("link", "dns_group_numbers"),
        INSTANCE("instance", "dns_instance_numbers");

        private final String column;
        private final String sequence;

        Kind(String column, String sequence) {
            this.column = column;
            this.sequence = sequence;
        }

        static Kind of(DnsGroup group) {
            return switch (group.kind()) {
                case INSTANCE_GROUP -> INSTANCE_GROUP;
                case LINK -> LINK;
            };
        }
    }

    private record Key(Kind kind, String deployment, String name) {}

    /** Names that are to have numbers. */
    public record Wanted(
            Collection<String> azs,
            Collection<String> networks,
            Collection<DnsGroup> groups,
            Collection<String> instances) {
        private Set<Key> keysBesides(Set<Key> known) {
            var keys = new HashSet<Key>();
            azs.forEach(name -> keys.add(new Key(Kind.AZ, "", name)));
            networks.forEach(name -> keys.add(new Key(Kind.NETWORK, "", name)));
            groups.forEach(group -> keys.add(new Key(Kind.of(group), group.deployment(), group.name())));
            instances.forEach(id -> keys.add(new Key(Kind.INSTANCE, "", id)));
            keys.removeAll(known);
            return keys;
        }
    }

    /** All numbers, of these names as well; who has none yet gets one. */
    public DnsNumbers numbered(Wanted wanted) {
        var known = all();
        var fresh = wanted.keysBesides(known.keySet());
        if (!fresh.isEmpty()) {
            give(fresh);
            known = all();
        }
        return numbers(known);
    }

    /** As {@link #numbered}, for names that are only looked at: those without a number get one that nobody has, and nobody keeps. */
    public DnsNumbers previewed(Wanted wanted) {
        var known = new HashMap<>(all());
        long next = known.values().stream().mapToLong(Long::longValue).max().orElse(0);
        for (Key key : ordered(wanted.keysBesides(known.keySet()))) {
            known.put(key, ++next);
        }
        return numbers(known);
    }

    /** An instance is gone for good. */
    public void forgetInstance(String id) {
        jdbi.useHandle(handle ->
                handle.execute("DELETE FROM dns_numbers WHERE kind = ? AND name = ?", Kind.INSTANCE.column, id));
    }

    /** In an order that is the same for all, each by itself: what another gave meanwhile counts. */
    private void give(Set<Key> keys) {
        for (Key key : ordered(keys)) {
            Conflicts.added(
                    jdbi,
                    handle -> handle.execute(
                            "INSERT INTO dns_numbers (kind, deployment, name, number) VALUES (?, ?, ?, NEXTVAL('"
                                    + key.kind().sequence + "'))",
                            key.kind().column,
                            key.deployment(),
                            key.name()));
        }
    }

    private static List<Key> ordered(Set<Key> keys) {
        return keys.stream()
                .sorted(Comparator.comparing(Key::kind)
                        .thenComparing(Key::deployment)
                        .thenComparing(Key::name))
                .toList();
    }

    private Map<Key, Long> all() {
        var kinds = new HashMap<String, Kind>();
        for (Kind kind : Kind.values()) {
            kinds.put(kind.column, kind);
        }
        var found = new HashMap<Key, Long>();
        jdbi.useHandle(handle -> handle.createQuery("SELECT kind, deployment, name, number FROM dns_numbers")
                .map((row, context) -> Map.entry(
                        new Key(
                                Objects.requireNonNull(kinds.get(row.getString(1))),
                                row.getString(2),
                                row.getString(3)),
                        row.getLong(4)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
        return found;
    }

    private static DnsNumbers numbers(Map<Key, Long> known) {
        var azs = new HashMap<String, Long>();
        var networks = new HashMap<String, Long>();
        var groups = new HashMap<DnsGroup, Long>();
        var instances = new HashMap<String, Long>();
        known.forEach((key, number) -> {
            switch (key.kind()) {
                case AZ -> azs.put(key.name(), number);
                case NETWORK -> networks.put(key.name(), number);
                case INSTANCE_GROUP ->
                    groups.put(new DnsGroup(DnsGroup.Kind.INSTANCE_GROUP, key.deployment(), key.name()), number);
                case LINK -> groups.put(new DnsGroup(DnsGroup.Kind.LINK, key.deployment(), key.name()), number);
                case INSTANCE -> instances.put(key.name(), number);
            }
        });
        return new DnsNumbers(azs, networks, groups, instances);
    }
}
