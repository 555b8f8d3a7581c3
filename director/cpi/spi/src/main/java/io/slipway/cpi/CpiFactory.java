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

    /**
     * As {@link #create(String, Path, Map, Set)}, for a director that keeps what the CPI remembers. A CPI whose infrastructure
     * can be asked for all of it needs no ledger.
     */
    default Cpi create(
            String directorUuid,
            Path dataDirectory,
            Map<String, Object> properties,
            Set<Integer> directorPorts,
            CpiLedger ledger) {
        return create(directorUuid, dataDirectory, properties, directorPorts);
    }

    /**
     * Moves into the ledger what earlier versions remembered in a CPI's directory, if there is something. Called at each
     * start of a director, before anything is asked of the CPI.
     */
    default void moveInto(CpiLedger ledger, Path dataDirectory) {}
}
