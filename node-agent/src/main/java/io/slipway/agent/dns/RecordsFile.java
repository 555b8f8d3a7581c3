package io.slipway.agent.dns;

import io.slipway.agent.settings.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the two files that the director sends. Both throw {@link IllegalArgumentException} saying what is wrong. */
final class RecordsFile {
    private RecordsFile() {}

    /**
     * Ids of instances that are unwell.
     *
     * @param version zero where nothing was ever said
     */
    record Health(long version, Set<String> unhealthy) {
        static final Health UNKNOWN = new Health(0, Set.of());
    }

    static Health health(String json) {
        var tree = object(json);
        var ids = new HashSet<String>();
        if (tree.get("unhealthy") instanceof List<?> list) {
            list.forEach(id -> ids.add(String.valueOf(id)));
        }
        return new Health(version(tree), Set.copyOf(ids));
    }

    /** BOSH's records.json. Records that lack what a name needs are left out, as BOSH DNS does. */
    static RecordSet records(String json) {
        var tree = object(json);
        var columns = new HashMap<String, Integer>();
        if (tree.get("record_keys") instanceof List<?> keys) {
            for (var i = 0; i < keys.size(); i++) {
                columns.put(String.valueOf(keys.get(i)), i);
            }
        }
        var shared = new HashMap<String, String>();
        var records = new ArrayList<DnsRecord>();
        if (tree.get("record_infos") instanceof List<?> infos) {
            for (var info : infos) {
                if (info instanceof List<?> row && row.size() == columns.size()) {
                    var record = record(new Row(columns, row, shared));
                    if (!record.instanceId().isEmpty() && !record.ip().isEmpty()) {
                        records.add(record);
                    }
                }
            }
        }
        return RecordSet.of(version(tree), records, aliases(tree.get("aliases"), records));
    }

    /** @param shared most values are those of other records too, and are kept once */
    private record Row(Map<String, Integer> columns, List<?> values, Map<String, String> shared) {
        String text(String column) {
            var at = columns.get(column);
            return shared(at == null ? "" : plain(values.get(at)));
        }

        List<String> texts(String column) {
            var at = columns.get(column);
            return at != null && values.get(at) instanceof List<?> list
                    ? list.stream().map(each -> shared(plain(each))).toList()
                    : List.of();
        }

        private String shared(String value) {
            return shared.computeIfAbsent(value, same -> same);
        }

        private static String plain(@Nullable Object value) {
            return switch (value) {
                case null -> "";
                case Double number -> Long.toString(number.longValue());
                default -> value.toString();
            };
        }
    }

    private static DnsRecord record(Row row) {
        return new DnsRecord(
                row.text("id"),
                row.text("num_id"),
                row.text("instance_group"),
                row.texts("group_ids"),
                row.text("az_id"),
                row.text("network"),
                row.text("network_id"),
                row.text("deployment"),
                row.text("ip"),
                row.text("domain"),
                row.text("agent_id"),
                row.text("instance_index"));
    }

    private static Map<String, List<DnsQuery>> aliases(@Nullable Object tree, List<DnsRecord> records) {
        var aliases = new RecordSet.Aliases();
        if (tree instanceof Map<?, ?> byName) {
            for (var entry : byName.entrySet()) {
                var name = String.valueOf(entry.getKey()).toLowerCase(Locale.ROOT);
                if (entry.getValue() instanceof List<?> targets) {
                    for (var target : targets) {
                        if (target instanceof Map<?, ?> map) {
                            add(aliases, name, map, records);
                        }
                    }
                }
            }
        }
        return aliases.all();
    }

    private static void add(RecordSet.Aliases aliases, String name, Map<?, ?> target, List<DnsRecord> records) {
        var groupId = String.valueOf(target.get("group_id"));
        var health =
                switch (String.valueOf(target.get("health_filter"))) {
                    case "unhealthy" -> "s1";
                    case "healthy" -> "s3";
                    case "all" -> "s4";
                    default -> "s0";
                };
        try {
            if (!"uuid".equals(target.get("placeholder_type"))) {
                aliases.add(name, "q-" + health + ".q-g" + groupId);
                return;
            }
            for (var record : records) {
                if (record.groupIds().contains(groupId)) {
                    aliases.add(
                            name.replaceFirst("_", record.instanceId()),
                            "q-m" + record.number() + health + ".q-g" + groupId);
                }
            }
        } catch (DnsQuery.Malformed malformed) {
            throw new IllegalArgumentException("alias " + name + ": " + malformed.getMessage(), malformed);
        }
    }

    private static Map<?, ?> object(String json) {
        if (Json.parse(json) instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    private static long version(Map<?, ?> tree) {
        if (tree.get("version") instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalArgumentException("version is missing or no number");
    }
}
