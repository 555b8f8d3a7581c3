package io.slipway.secrets.variable;

import java.util.Map;

/**
 * What references stand for.
 *
 * @param values by the name that was referred to, without fields; must not be logged
 * @param ids of the versions that the values are, by absolute name
 */
public record ResolvedVariables(Map<String, Object> values, Map<String, Long> ids) {
    /** Without the values. */
    @Override
    public String toString() {
        return "ResolvedVariables" + ids;
    }
}
