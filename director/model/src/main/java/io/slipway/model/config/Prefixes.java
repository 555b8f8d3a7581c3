package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.yaml.Fields;

/** BOSH's {@code prefix}: how many addresses an instance gets at once. Here it gets one. */
final class Prefixes {
    private static final String KEY = "prefix";
    private static final String ONE = "32";

    private Prefixes() {}

    static void check(Fields subnet, String network) {
        subnet.optionalString(KEY)
                .filter(text -> !text.equals(ONE))
                .ifPresent(text -> subnet.problem(
                        ErrorCodes.NETWORK_INVALID_PROPERTY,
                        KEY,
                        "network '" + network + "': '" + subnet.path(KEY) + "' is '" + Fields.shown(text)
                                + "': expected " + ONE + ", since this director gives each instance one address"));
    }
}
