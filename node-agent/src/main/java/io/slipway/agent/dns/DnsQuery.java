package io.slipway.agent.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a name below a BOSH domain asks for, in BOSH DNS' language: {@code q-a1s3.group.network.deployment.bosh},
 * {@code q-m5n2s0.q-g7.bosh}, {@code <instance id>.group.network.deployment.bosh}. Values of one filter are alternatives;
 * all filters must agree.
 */
record DnsQuery(String instance, String group, String network, String deployment, Map<String, List<String>> filters) {
    private static final Pattern FILTER = Pattern.compile("([aismny])([0-9]+)");
    private static final Pattern GROUP = Pattern.compile("q-g([0-9]+)");
    private static final String ANY = "";

    enum Health {
        SMART,
        UNHEALTHY,
        HEALTHY,
        ALL
    }

    /** A name that is no query. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** Parses what stands before the domain: lower case, without dots at its ends. */
    static DnsQuery parse(String prefix) throws Malformed {
        var labels = prefix.split("\\.", -1);
        var filters = new HashMap<String, List<String>>();
        var instance = ANY;
        if (labels[0].startsWith("q-")) {
            addFilters(labels[0].substring(2), filters);
        } else {
            instance = labels[0];
        }
        return switch (labels.length) {
            case 2 -> {
                var group = GROUP.matcher(labels[1]);
                if (group.matches()) {
                    filters.put("g", List.of(group.group(1)));
                }
                yield new DnsQuery(instance, ANY, ANY, ANY, filters);
            }
            case 4 -> new DnsQuery(instance, labels[1], labels[2], labels[3], filters);
            default -> throw new Malformed("'" + prefix + "' has " + labels.length + " parts, not 2 or 4");
        };
    }

    private static void addFilters(String text, Map<String, List<String>> filters) throws Malformed {
        var matcher = FILTER.matcher(text);
        while (matcher.find()) {
            filters.computeIfAbsent(matcher.group(1), key -> new ArrayList<>()).add(matcher.group(2));
        }
        if (filters.isEmpty()) {
            throw new Malformed("'q-" + text + "' asks for nothing");
        }
    }

    Health health() {
        return switch (filters.getOrDefault("s", List.of("0")).getFirst()) {
            case "1" -> Health.UNHEALTHY;
            case "3" -> Health.HEALTHY;
            case "4" -> Health.ALL;
            default -> Health.SMART;
        };
    }

    /** Whether the record is asked for, leaving health aside. */
    boolean matches(DnsRecord record) {
        return (instance.isEmpty() || instance.equals(record.instanceId()))
                && matches(group, record.group())
                && matches(network, record.network())
                && matches(deployment, record.deployment())
                && agrees("a", record.azId())
                && agrees("i", record.index())
                && agrees("m", record.number())
                && agrees("n", record.networkId())
                && (!filters.containsKey("g")
                        || record.groupIds().contains(filters.get("g").getFirst()));
    }

    private boolean agrees(String filter, String value) {
        var wanted = filters.get(filter);
        return wanted == null || wanted.contains(value);
    }

    /** A star at an end of the pattern stands for anything. */
    private static boolean matches(String pattern, String value) {
        if (pattern.equals(ANY) || pattern.equals("*")) {
            return true;
        }
        if (pattern.startsWith("*")) {
            return value.endsWith(pattern.substring(1));
        }
        if (pattern.endsWith("*")) {
            return value.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        return pattern.equals(value);
    }
}
