package io.slipway.model.manifest;

import io.slipway.model.ErrorCodes;
import io.slipway.model.yaml.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How instances are updated. Canaries and maxInFlight are a number, or a percentage of a group's size.
 *
 * @param serial groups one after another
 * @param vmStrategy {@code delete-create} or {@code create-swap-delete}
 * @param azStrategy of a first deploy: {@code serial}, AZ by AZ, or {@code parallel}; later deploys are always serial
 */
public record UpdateConfig(
        String canaries,
        String maxInFlight,
        WatchTime canaryWatchTime,
        WatchTime updateWatchTime,
        boolean serial,
        String vmStrategy,
        String azStrategy) {
    private static final String SWAP = "create-swap-delete";
    private static final List<String> VM_STRATEGIES = List.of(SWAP, "delete-create");
    private static final String PARALLEL = "parallel";
    private static final List<String> AZ_STRATEGIES = List.of(PARALLEL, "serial");
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,6}%?");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})\\s*-\\s*([0-9]{1,9})");
    static final Set<String> KEYS = Set.of(
            "canaries",
            "max_in_flight",
            "canary_watch_time",
            "update_watch_time",
            "serial",
            "vm_strategy",
            "initial_deploy_az_update_strategy");
    static final UpdateConfig DEFAULT = new UpdateConfig(
            "1",
            "1",
            new WatchTime(Duration.ofMillis(1), Duration.ofMinutes(5)),
            new WatchTime(Duration.ofMillis(1), Duration.ofMinutes(5)),
            true,
            "delete-create",
            "serial");

    /** How many canaries a group of this size has. */
    public int canaries(int size) {
        return Math.min(size, amount(canaries, size));
    }

    /** How many of a group of this size may be updated at a time; at least one. */
    public int maxInFlight(int size) {
        return Math.max(1, amount(maxInFlight, size));
    }

    static UpdateConfig parse(Fields fields, UpdateConfig base) {
        return new UpdateConfig(
                amount(fields, "canaries", base.canaries()),
                amount(fields, "max_in_flight", base.maxInFlight()),
                watch(fields, "canary_watch_time", base.canaryWatchTime()),
                watch(fields, "update_watch_time", base.updateWatchTime()),
                fields.bool("serial", base.serial()),
                oneOf(fields, "vm_strategy", VM_STRATEGIES, base.vmStrategy()),
                oneOf(fields, "initial_deploy_az_update_strategy", AZ_STRATEGIES, base.azStrategy()));
    }

    /** Whether the VM that takes over is made before the old one is let go. */
    public boolean swapsVms() {
        return vmStrategy.equals(SWAP);
    }

    /** Whether a first deploy updates all AZs at once. */
    public boolean startsInAllAzs() {
        return azStrategy.equals(PARALLEL);
    }

    private static String oneOf(Fields fields, String key, List<String> known, String otherwise) {
        String text = fields.string(key, otherwise);
        if (!known.contains(text)) {
            fields.problem(
                    ErrorCodes.INVALID_VALUE,
                    key,
                    "Invalid " + key + " '" + Fields.shown(text) + "', valid strategies are: "
                            + String.join(", ", known));
            return otherwise;
        }
        return text;
    }

    private static int amount(String text, int size) {
        if (text.endsWith("%")) {
            long percent = Long.parseLong(text.substring(0, text.length() - 1));
            return Math.toIntExact(Math.min(size, size * percent / 100));
        }
        return Integer.parseInt(text);
    }

    private static String amount(Fields fields, String key, String otherwise) {
        String text = fields.string(key, otherwise);
        if (!AMOUNT.matcher(text).matches()) {
            fields.problem(
                    ErrorCodes.INVALID_TYPE,
                    key,
                    "'" + fields.path(key) + "' is '" + Fields.shown(text) + "': expected a number or a percentage");
            return otherwise;
        }
        return text;
    }

    private static WatchTime watch(Fields fields, String key, WatchTime otherwise) {
        if (!fields.has(key)) {
            return otherwise;
        }
        String text = fields.string(key);
        var range = RANGE.matcher(text.strip());
        if (range.matches() && Long.parseLong(range.group(1)) <= Long.parseLong(range.group(2))) {
            return new WatchTime(
                    Duration.ofMillis(Long.parseLong(range.group(1))),
                    Duration.ofMillis(Long.parseLong(range.group(2))));
        }
        if (text.strip().matches("[0-9]{1,9}")) {
            var both = Duration.ofMillis(Long.parseLong(text.strip()));
            return new WatchTime(both, both);
        }
        fields.problem(
                ErrorCodes.UPDATE_INVALID_WATCH_TIME,
                key,
                "'" + fields.path(key) + "' is '" + Fields.shown(text)
                        + "': expected milliseconds, or a range such as 1000-60000");
        return otherwise;
    }
}
