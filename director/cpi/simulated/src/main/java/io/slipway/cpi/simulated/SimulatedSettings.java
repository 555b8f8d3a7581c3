package io.slipway.cpi.simulated;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.simulated.agent.AgentTimings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How the simulated infrastructure behaves when nothing goes wrong.
 *
 * @param call every call of the CPI takes at least this long
 * @param timings of VMs and their agents
 * @param diskCapacity for all persistent disks together
 * @param isSharingPackages whether agents find compiled packages without fetching them
 */
public record SimulatedSettings(Duration call, AgentTimings timings, DataSize diskCapacity, boolean isSharingPackages) {
    private static final long PEBIBYTE_IN_MEBIBYTES = 1L << 30;
    private static final String CALL = "call_milliseconds";
    private static final String BOOT = "boot_milliseconds";
    private static final String JOB_START = "job_start_milliseconds";
    private static final String COMMAND = "command_milliseconds";
    private static final String DISK_CAPACITY = "disk_capacity_mebibytes";
    private static final String SHARE_PACKAGES = "share_packages";
    private static final Set<String> KNOWN = Set.of(CALL, BOOT, JOB_START, COMMAND, DISK_CAPACITY, SHARE_PACKAGES);

    /** Everything is instantaneous, a pebibyte of disks fits, and agents fetch what they need. */
    public static final SimulatedSettings DEFAULT =
            new SimulatedSettings(Duration.ZERO, AgentTimings.NONE, DataSize.ofMebibytes(PEBIBYTE_IN_MEBIBYTES), false);

    /** Throws {@link CpiException} with {@link CpiFailure.InvalidRequest} that names the property. */
    static SimulatedSettings of(Map<String, Object> properties) {
        for (String name : properties.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new CpiException(new CpiFailure.InvalidRequest("cpi property '" + name + "' is '"
                        + properties.get(name) + "': expected one of "
                        + String.join(", ", KNOWN.stream().sorted().toList())));
            }
        }
        var timings = new AgentTimings(
                milliseconds(properties, BOOT),
                milliseconds(properties, JOB_START),
                milliseconds(properties, COMMAND),
                AgentTimings.NONE.patience());
        return new SimulatedSettings(
                milliseconds(properties, CALL),
                timings,
                DataSize.ofMebibytes(Numbers.of("cpi property", properties, DISK_CAPACITY, PEBIBYTE_IN_MEBIBYTES)),
                flag(properties, SHARE_PACKAGES));
    }

    private static Duration milliseconds(Map<String, Object> properties, String name) {
        return Duration.ofMillis(Numbers.of("cpi property", properties, name, 0));
    }

    private static boolean flag(Map<String, Object> properties, String name) {
        Object value = properties.getOrDefault(name, false);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new CpiException(new CpiFailure.InvalidRequest(
                "cpi property '" + name + "' is '" + value + "': expected true or false"));
    }
}
