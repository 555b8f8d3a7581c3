package io.slipway.engine;

import io.slipway.cpi.CallContext;
import io.slipway.model.network.ManagedNetwork;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Networks that the director makes where deployments need them. Calls block. */
public interface ManagedNetworks {

    /** Those that no deployment uses. */
    List<OrphanedNetwork> orphaned();

    /** Refuses with 160011 a network that a deployment uses, and with 16012 one that there is not. */
    void requireOrphan(String name);

    /** Deletes one that no deployment uses, in the infrastructure too. */
    void remove(String name, CallContext asker);

    /**
     * Sees to it that a network is there for a deployment; made already, it stays as it is.
     *
     * @throws RequestRefused where the infrastructure does not make it; what was made of it is removed again
     */
    void use(ManagedNetwork network, String deployment, Where where);

    /** A deployment needs these networks only; what nobody needs any more is an orphan. */
    void retain(String deployment, List<String> networks);

    /**
     * Where a subnet is made.
     *
     * @param propertiesOfAzs cloud properties by AZ
     * @param cpiOfAzs names of CPIs by AZ; the built-in one makes what is in none of these
     */
    record Where(Map<String, Map<String, Object>> propertiesOfAzs, Map<String, String> cpiOfAzs, CallContext asker) {}

    record OrphanedNetwork(String name, String type, Instant createdAt, Instant orphanedAt) {}
}
