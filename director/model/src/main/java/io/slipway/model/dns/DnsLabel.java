package io.slipway.model.dns;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import java.util.Locale;

/** Names of groups, networks and deployments as parts of DNS names. */
public final class DnsLabel {
    private DnsLabel() {}

    /** Lower case, hyphens for underscores, and nothing else than letters, digits and hyphens. */
    public static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replaceAll("[^a-z0-9-]", "");
    }

    /** Refuses a name of which no part of a DNS name can be made. */
    public static void check(String name, String field, Problems problems) {
        String label = canonical(name);
        String fault = label.isEmpty()
                ? "it has no letter and no digit"
                : label.startsWith("-")
                        ? "cannot start with a hyphen"
                        : label.endsWith("-")
                                ? "cannot end with a hyphen"
                                : label.length() > 63 ? "cannot be longer than 63 characters" : "";
        if (!fault.isEmpty()) {
            problems.add(ErrorCodes.DNS_INVALID_NAME, field, "Invalid DNS canonical name '" + label + "', " + fault);
        }
    }
}
