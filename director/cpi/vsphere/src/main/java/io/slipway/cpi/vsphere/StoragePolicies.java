package io.slipway.cpi.vsphere;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.vsphere.vcenter.PolicyApi;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.Optional;
import java.util.Set;

/** Storage policies by name. */
final class StoragePolicies {
    private final PolicyApi api;

    StoragePolicies(Vcenter vcenter) {
        api = new PolicyApi(vcenter);
    }

    /** @param storeIds of the datastores that it fits now */
    record Policy(String id, Set<String> storeIds) {}

    /** The policy of a name; empty where no name is given. */
    Optional<Policy> find(Optional<String> name) throws RemoteException {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        var ids = api.idsByName();
        String id = ids.get(name.get());
        if (id == null) {
            throw new CpiException(new CpiFailure.InvalidRequest("storage policy '" + name.get()
                    + "' does not exist in vCenter: expected one of " + String.join(", ", ids.keySet())));
        }
        return Optional.of(new Policy(id, api.compatibleStores(id)));
    }
}
