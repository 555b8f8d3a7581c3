package io.slipway.cpi;

import java.nio.file.Path;
import java.util.Map;

/** Finds CPIs by name through {@link java.util.ServiceLoader}. */
public interface CpiFactory {

    /** The name by which a configuration chooses this CPI, for example {@code local}. */
    String name();

    /**
     * Makes the CPI.
     *
     * @param directorUuid marks what belongs to this director where an infrastructure is shared
     * @param dataDirectory a directory of the CPI's own, which exists
     * @param properties as the operator configured them
     * @throws CpiException with {@link CpiFailure.InvalidRequest} naming the property, or the missing privilege
     */
    Cpi create(String directorUuid, Path dataDirectory, Map<String, Object> properties);
}
