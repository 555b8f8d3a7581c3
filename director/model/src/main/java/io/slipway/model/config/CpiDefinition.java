package io.slipway.model.config;

import java.util.List;
import java.util.Map;

/**
 * A CPI of a CPI config.
 *
 * @param execPath of its executable on the director's machine
 * @param properties sent along with each call; secret
 * @param migratedFrom names that it had before, and whose VMs and disks it has
 */
public record CpiDefinition(
        String name, String type, String execPath, Map<String, Object> properties, List<String> migratedFrom) {
    public CpiDefinition {
        migratedFrom = List.copyOf(migratedFrom);
    }

    /** Whether it is, or was, called so. */
    public boolean isCalled(String other) {
        return name.equals(other) || migratedFrom.contains(other);
    }

    /** Without the properties. */
    @Override
    public String toString() {
        return "CpiDefinition[" + name + ", " + type + ", " + execPath + "]";
    }
}
