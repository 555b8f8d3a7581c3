package io.slipway.model.name;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import java.util.Locale;

/** Names of groups, networks and deployments as parts of DNS names. */
public final class DnsLabel {
    private static final int LONGEST = 63;

    private DnsLabel() {}

    /** Lower case, hyphens for underscores, and nothing else than letters, digits and hyphens. */
    public static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replaceAll("[^a-z0-9-]", "");
    }

    /** Refuses a name of which no part of a DNS name can be made. */
    public static void check(String name, String field, Problems problems) {
        String fault = fault(name);
        if (!fault.isEmpty()) {
            problems.add(ErrorCodes.DNS_INVALID_NAME, field, fault);
        }
    }

    /** Why no part of a DNS name can be made of a name; empty where one can. */
    static String fault(String name) {
        String label = canonical(name);
        String why = label.isEmpty()
                ? "it has no letter and no digit"
                : label.startsWith("-")
                        ? "cannot start with a hyphen"
                        : label.endsWith("-")
                                ? "cannot end with a hyphen"
                                : label.length() > LONGEST ? "cannot be longer than " + LONGEST + " characters" : "";
        return why.isEmpty() ? "" : "Invalid DNS canonical name '" + label + "', " + why;
    }
}
