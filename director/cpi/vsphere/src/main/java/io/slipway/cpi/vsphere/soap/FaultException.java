package io.slipway.cpi.vsphere.soap;

import com.vmware.vim25.MethodFault;
import java.rmi.RemoteException;
import org.jspecify.annotations.Nullable;

/** vCenter refused a call, or a task of it failed. */
public final class FaultException extends RemoteException {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final transient @Nullable MethodFault fault;

    /**
     * @param type name of the fault in vCenter's API, also where this client does not know it
     * @param text in vCenter's words
     */
    public FaultException(String type, String text, @Nullable MethodFault fault) {
        super(text.isBlank() ? type : text);
        this.type = type;
        this.fault = fault;
    }

    public String type() {
        return type;
    }

    public @Nullable MethodFault fault() {
        return fault;
    }

    /** vCenter's words and the fault's name, once each. */
    public String text() {
        String message = String.valueOf(getMessage());
        return message.contains(type) ? message : message + " (" + type + ")";
    }
}
