package io.slipway.cpi.vsphere;

import com.vmware.vim25.GuestNicInfo;
import com.vmware.vim25.ManagedObjectReference;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.List;

/** Whether another VM has an address already, as far as guests told vCenter. */
final class AddressCheck {
    private final Vcenter vcenter;
    private final Datacenter datacenter;

    AddressCheck(Vcenter vcenter, Datacenter datacenter) {
        this.vcenter = vcenter;
        this.datacenter = datacenter;
    }

    /** Refuses addresses that a VM on the same network has. */
    void check(List<VmNetwork> networks) throws RemoteException {
        var within = datacenter.reference();
        for (VmNetwork network : networks) {
            ManagedObjectReference[] found = vcenter.call(
                    session -> session.api().findAllByIp(session.content().searchIndex, within, network.ip(), true));
            for (var vm : found == null ? new ManagedObjectReference[0] : found) {
                refuse(network, vm);
            }
        }
    }

    private void refuse(VmNetwork network, ManagedObjectReference vm) throws RemoteException {
        var holder = Objects.of(vcenter, vm, "name", "guest.net");
        String name = Names.vsphereNetwork(network).orElse("");
        boolean isSameNetwork = holder.list("guest.net", GuestNicInfo[].class).stream()
                .anyMatch(nic -> nic.ipAddress != null
                        && List.of(nic.ipAddress).contains(network.ip())
                        && name.equals(nic.network));
        if (isSameNetwork) {
            throw new CpiException(new CpiFailure.CloudError(
                    "address " + network.ip() + " on network '" + name + "' is taken by VM '" + holder.text("name")
                            + "'; change that, or set cpi property 'ensure_no_ip_conflicts' to false",
                    false));
        }
    }
}
