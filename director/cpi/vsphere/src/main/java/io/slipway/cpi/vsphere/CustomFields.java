package io.slipway.cpi.vsphere;

import com.vmware.vim25.CustomFieldDef;
import com.vmware.vim25.CustomFieldStringValue;
import com.vmware.vim25.CustomFieldValue;
import com.vmware.vim25.ManagedObjectReference;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Metadata as vCenter shows it to people: custom attributes of VMs. */
final class CustomFields {
    private final Vcenter vcenter;
    private final Locks defining = new Locks();
    private final Map<String, Integer> keys = new ConcurrentHashMap<>();

    CustomFields(Vcenter vcenter) {
        this.vcenter = vcenter;
    }

    /** Sets what differs, and empties what is not set any more. */
    void set(ManagedObjectReference vm, Map<String, String> metadata) throws RemoteException {
        var now = new HashMap<Integer, String>();
        for (var value : Objects.of(vcenter, vm, "customValue").list("customValue", CustomFieldValue[].class)) {
            if (value instanceof CustomFieldStringValue text && text.value != null && !text.value.isEmpty()) {
                now.put(text.key, text.value);
            }
        }
        for (var entry : metadata.entrySet()) {
            int key = key(entry.getKey());
            if (!entry.getValue().equals(now.remove(key))) {
                set(vm, key, entry.getValue());
            }
        }
        for (int left : now.keySet()) {
            if (keys.containsValue(left)) {
                set(vm, left, "");
            }
        }
    }

    private void set(ManagedObjectReference vm, int key, String value) throws RemoteException {
        vcenter.call(session -> {
            session.api().setField(session.content().customFieldsManager, vm, key, value);
            return true;
        });
    }

    private int key(String name) throws RemoteException {
        Integer known = keys.get(name);
        if (known != null) {
            return known;
        }
        return defining.with("fields", () -> {
            read();
            Integer there = keys.get(name);
            if (there != null) {
                return there;
            }
            try {
                return define(name);
            } catch (RemoteException e) {
                if (!Failures.is(e, "DuplicateName")) {
                    throw e;
                }
                read();
                return java.util.Objects.requireNonNull(keys.get(name));
            }
        });
    }

    private int define(String name) throws RemoteException {
        CustomFieldDef made = vcenter.call(session -> session.api()
                .addCustomFieldDef(session.content().customFieldsManager, name, "VirtualMachine", null, null));
        keys.put(name, made.key);
        return made.key;
    }

    private void read() throws RemoteException {
        ManagedObjectReference of = vcenter.call(session -> session.content().customFieldsManager);
        for (var field : fields(of)) {
            if (field.managedObjectType == null || field.managedObjectType.equals("VirtualMachine")) {
                keys.put(field.name, field.key);
            }
        }
    }

    private List<CustomFieldDef> fields(ManagedObjectReference of) throws RemoteException {
        return Objects.of(vcenter, of, "field").list("field", CustomFieldDef[].class);
    }
}
