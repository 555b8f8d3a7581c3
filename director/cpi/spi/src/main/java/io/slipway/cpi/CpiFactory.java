package io.slipway.cpi;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

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

    /**
     * As {@link #create(String, Path, Map)}, for a director whose VMs reach it on these ports of this machine. A CPI whose
     * VMs are elsewhere need not know them.
     */
    default Cpi create(
            String directorUuid, Path dataDirectory, Map<String, Object> properties, Set<Integer> directorPorts) {
        return create(directorUuid, dataDirectory, properties);
    }
}
