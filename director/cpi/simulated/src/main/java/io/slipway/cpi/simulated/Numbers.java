package io.slipway.cpi.simulated;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.util.Map;

/** Numbers out of properties. */
final class Numbers {
    private Numbers() {}

    /** Throws {@link CpiException} with {@link CpiFailure.InvalidRequest} where it is no whole number from 0 on. */
    static long of(String kind, Map<String, Object> properties, String name, long otherwise) {
        Object value = properties.get(name);
        if (value == null) {
            return otherwise;
        }
        if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0) {
            return ((Number) value).longValue();
        }
        throw new CpiException(new CpiFailure.InvalidRequest(
                kind + " '" + name + "' is '" + value + "': expected a whole number that is not negative"));
    }
}
