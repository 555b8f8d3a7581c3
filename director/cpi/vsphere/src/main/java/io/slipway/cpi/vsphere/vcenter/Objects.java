package io.slipway.cpi.vsphere.vcenter;

import com.vmware.vim25.DynamicProperty;
import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.MissingProperty;
import com.vmware.vim25.ObjectContent;
import com.vmware.vim25.ObjectSpec;
import com.vmware.vim25.PropertyFilterSpec;
import com.vmware.vim25.PropertySpec;
import com.vmware.vim25.RetrieveOptions;
import com.vmware.vim25.RetrieveResult;
import com.vmware.vim25.SelectionSpec;
import com.vmware.vim25.TraversalSpec;
import io.slipway.cpi.vsphere.soap.FaultException;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Properties of objects, many in one call. */
public final class Objects {
    private Objects() {}

    /** An object with those of the wanted properties that it has. */
    public record Found(ManagedObjectReference reference, Map<String, Object> properties) {

        /** Empty where the object has no such property, or one of another type. */
        public <T> Optional<T> get(String property, Class<T> type) {
            Object value = properties.get(property);
            return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
        }

        public String text(String property) {
            return get(property, String.class).orElse("");
        }

        /** The elements of an array, none where it is absent. */
        public <T> List<T> list(String property, Class<T[]> type) {
            return get(property, type).map(List::of).orElse(List.of());
        }
    }

    /** Which properties are wanted of objects of a type and of those derived from it. */
    public record Wanted(String type, String... properties) {}

    /** Properties of one object, all of which the user may read. */
    public static Found of(Vcenter vcenter, ManagedObjectReference reference, String... properties)
            throws RemoteException {
        var spec = new ObjectSpec();
        spec.obj = reference;
        spec.skip = false;
        var found = vcenter.call(session -> retrieve(
                session, Set.of("NotAuthenticated", "NoPermission"), spec, new Wanted(reference.type, properties)));
        return found.isEmpty() ? new Found(reference, Map.of()) : found.getFirst();
    }

    /** Properties of all objects of these types that are below another one, as far as the user may read them. */
    public static List<Found> below(Vcenter vcenter, ManagedObjectReference root, Wanted... wanted)
            throws RemoteException {
        var types = new String[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            types[i] = wanted[i].type();
        }
        return vcenter.call(session -> {
            var traversal = new TraversalSpec();
            traversal.name = "view";
            traversal.type = "ContainerView";
            traversal.path = "view";
            traversal.skip = false;
            var spec = new ObjectSpec();
            spec.obj = session.view(root, types);
            spec.skip = true;
            spec.selectSet = new SelectionSpec[] {traversal};
            return retrieve(session, Set.of("NotAuthenticated"), spec, wanted);
        });
    }

    /** @param refused faults that are thrown where vCenter leaves a property out because of one; it does not do so itself */
    private static List<Found> retrieve(Session session, Set<String> refused, ObjectSpec from, Wanted... wanted)
            throws RemoteException {
        var filter = new PropertyFilterSpec();
        filter.objectSet = new ObjectSpec[] {from};
        filter.propSet = new PropertySpec[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            filter.propSet[i] = new PropertySpec();
            filter.propSet[i].type = wanted[i].type();
            filter.propSet[i].all = false;
            filter.propSet[i].pathSet = wanted[i].properties();
        }
        var found = new ArrayList<Found>();
        var collector = session.content().propertyCollector;
        RetrieveResult result =
                session.api().retrievePropertiesEx(collector, new PropertyFilterSpec[] {filter}, new RetrieveOptions());
        while (result != null) {
            add(result.objects, refused, found);
            result = result.token == null ? null : session.api().continueRetrievePropertiesEx(collector, result.token);
        }
        return found;
    }

    private static void add(ObjectContent @Nullable [] contents, Set<String> refused, List<Found> to)
            throws FaultException {
        for (ObjectContent content : contents == null ? new ObjectContent[0] : contents) {
            for (var missing : content.missingSet == null ? new MissingProperty[0] : content.missingSet) {
                if (missing.fault != null && missing.fault.fault != null) {
                    String type = missing.fault.fault.getClass().getSimpleName();
                    if (refused.contains(type)) {
                        throw new FaultException(type, "property '" + missing.path + "'", missing.fault.fault);
                    }
                }
            }
            var properties = new HashMap<String, Object>();
            if (content.propSet != null) {
                for (DynamicProperty property : content.propSet) {
                    if (property.val != null) {
                        properties.put(property.name, property.val);
                    }
                }
            }
            to.add(new Found(content.obj, properties));
        }
    }
}
