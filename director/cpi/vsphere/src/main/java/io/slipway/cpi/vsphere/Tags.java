package io.slipway.cpi.vsphere;

import com.vmware.vim25.ManagedObjectReference;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.vsphere.properties.VmProperties.Tag;
import io.slipway.cpi.vsphere.vcenter.TagApi;
import java.rmi.RemoteException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tags of vCenter, which exist and are attached to VMs. */
final class Tags {
    private final TagApi api;
    private final Map<Tag, String> ids = new ConcurrentHashMap<>();

    Tags(TagApi api) {
        this.api = api;
    }

    void attach(List<Tag> tags, ManagedObjectReference vm) throws RemoteException {
        for (Tag tag : tags) {
            String known = ids.get(tag);
            if (known == null) {
                known = api.find(tag.category(), tag.name())
                        .orElseThrow(() -> new CpiException(new CpiFailure.InvalidRequest("cloud property 'tags' has '"
                                + tag.name() + "' of category '" + tag.category()
                                + "': expected a tag that exists in vCenter")));
                ids.put(tag, known);
            }
            try {
                api.attach(known, vm);
            } catch (RemoteException e) {
                // It may have been made anew under another id.
                ids.remove(tag);
                throw e;
            }
        }
    }
}
