package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.yaml.Fields;
import java.util.List;

/** The AZs of a subnet, which it names by {@code az} or by {@code azs}. */
final class Zones {
    private Zones() {}

    /** Empty for all. */
    static List<String> read(Fields subnet, String network) {
        if (subnet.has("az") && subnet.has("azs")) {
            refuse(subnet, "Network '" + network + "' contains both 'az' and 'azs'. Choose one.");
        }
        if (subnet.value("azs") instanceof List<?> azs && azs.isEmpty()) {
            refuse(subnet, "Network '" + network + "' refers to an empty 'azs' array");
        }
        return subnet.has("azs")
                ? subnet.strings("azs")
                : subnet.optionalString("az").map(List::of).orElse(List.of());
    }

    /** Told of the subnet, since it is wrong whatever the AZs are. */
    private static void refuse(Fields subnet, String message) {
        subnet.problems().add(ErrorCodes.NETWORK_INVALID_PROPERTY, subnet.path(), message);
    }
}
