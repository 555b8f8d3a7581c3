package io.slipway.cpi.vsphere.vcenter;

import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.ServiceContent;
import com.vmware.vim25.VimPortType;
import io.slipway.cpi.vsphere.soap.SoapClient;
import java.net.MalformedURLException;
import java.rmi.RemoteException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One login. What vCenter makes for a session goes with it, so it is remembered here. */
public final class Session {
    private final SoapClient client;
    private final VimPortType api;
    private final ServiceContent content;
    private final Map<String, ManagedObjectReference> views = new ConcurrentHashMap<>();

    private Session(SoapClient client, VimPortType api, ServiceContent content) {
        this.client = client;
        this.api = api;
        this.content = content;
    }

    static Session login(SoapClient client, String user, String password) throws RemoteException {
        try {
            var api = new VimPortType(client);
            var instance = new ManagedObjectReference();
            instance.type = "ServiceInstance";
            instance.val = "ServiceInstance";
            var content = api.retrieveServiceContent(instance);
            api.login(content.sessionManager, user, password, null);
            return new Session(client, api, content);
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    public VimPortType api() {
        return api;
    }

    public ServiceContent content() {
        return content;
    }

    String cookie() {
        return client.getCookie();
    }

    /** A view of all objects of some types below another one, made once. */
    ManagedObjectReference view(ManagedObjectReference root, String... types) throws RemoteException {
        String key = root.val + String.join(",", types);
        ManagedObjectReference view = views.get(key);
        if (view == null) {
            view = api.createContainerView(content.viewManager, root, types, true);
            var other = views.putIfAbsent(key, view);
            if (other != null) {
                api.destroyView(view);
                return other;
            }
        }
        return view;
    }

    void logout() {
        try {
            api.logout(content.sessionManager);
        } catch (RemoteException alreadyOver) {
            // Sessions end by themselves.
        }
    }
}
