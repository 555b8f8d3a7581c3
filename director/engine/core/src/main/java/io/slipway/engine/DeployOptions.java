package io.slipway.engine;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a deploy differs from what the manifest says. Empty strings stand for what was not given.
 *
 * @param changes what is to become of instances; the last one that fits an instance counts
 * @param skipDrain {@code *} for all instance groups, or their names with commas
 * @param canaries a number, or a percentage, in the place of the manifest's
 * @param maxInFlight likewise
 * @param configs the versions of configs to take; null for the current ones
 * @param recreatePersistentDisks makes other disks and moves the data, even where the disks are as they should be
 * @param forceLatestVariables whether also variables that wait for other stemcells take their newest version
 * @param createdBefore an RFC 3339 time: only VMs that are older are made anew
 */
public record DeployOptions(
        List<StateChange> changes,
        String skipDrain,
        String canaries,
        String maxInFlight,
        String createdBefore,
        @Nullable ConfigIds configs,
        boolean recreatePersistentDisks,
        boolean forceLatestVariables) {
    public static final DeployOptions NONE = new DeployOptions(List.of(), "", "", "", "", null, false);
    private static final int INVALID_VALUE = 40005;

    /** With variables as their definitions say. */
    public DeployOptions(
            List<StateChange> changes,
            String skipDrain,
            String canaries,
            String maxInFlight,
            String createdBefore,
            @Nullable ConfigIds configs,
            boolean recreatePersistentDisks) {
        this(changes, skipDrain, canaries, maxInFlight, createdBefore, configs, recreatePersistentDisks, false);
    }

    public DeployOptions {
        changes = List.copyOf(changes);
        requireAmount("canaries", canaries);
        requireAmount("max_in_flight", maxInFlight);
        if (!createdBefore.isEmpty()) {
            requireTime(createdBefore);
        }
    }

    /** What is to become of some instances. */
    public record StateChange(InstanceFilter instances, Action action) {}

    /** What may become of an instance. */
    public enum Action {
        STARTED,
        STOPPED,
        /** Stopped, and without its VM. */
        DETACHED,
        RESTART,
        RECREATE;

        /** By BOSH's name of it. */
        public static Action named(String name) {
            return Arrays.stream(values())
                    .filter(action -> action.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> RequestRefused.invalid(
                            INVALID_VALUE,
                            "state is '" + name + "': expected started, stopped, detached, restart or recreate"));
        }

        /** The state that an instance keeps, also over later deploys. */
        public String lastingState() {
            return switch (this) {
                case STARTED, RESTART, RECREATE -> "started";
                case STOPPED -> "stopped";
                case DETACHED -> "detached";
            };
        }
    }

    /** What becomes of an instance, if anything. */
    public Optional<Action> actionOn(String group, int index, String id) {
        return changes.reversed().stream()
                .filter(change -> change.instances().matches(group, index, id))
                .map(StateChange::action)
                .findFirst();
    }

    public boolean skipsDrainOf(String group) {
        return skipDrain.equals("*") || List.of(skipDrain.split(",")).contains(group);
    }

    /** A number or a percentage of a size. */
    public static int amount(String text, int size) {
        if (!text.endsWith("%")) {
            return Integer.parseInt(text);
        }
        long percent = Long.parseLong(text.substring(0, text.length() - 1));
        return Math.toIntExact(Math.min(size, size * percent / 100));
    }

    /** Refuses what is neither a number nor a percentage; empty is neither, and taken. */
    public static void requireAmount(String name, String text) {
        if (!text.matches("([0-9]{1,6}%?)?")) {
            throw RequestRefused.invalid(INVALID_VALUE, name + " is '" + text + "': expected a number or a percentage");
        }
    }

    private static void requireTime(String text) {
        try {
            Instant.parse(text);
        } catch (java.time.format.DateTimeParseException invalid) {
            throw RequestRefused.invalid(
                    INVALID_VALUE, "Invalid RFC 3339 timestamp for recreate_vms_created_before: " + text);
        }
    }
}
