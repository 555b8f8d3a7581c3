package io.slipway.cpi.vsphere.soap;

import java.rmi.RemoteException;

/** No answer came, or none that can be read: what was asked may have been done or not. */
public final class UnansweredException extends RemoteException {
    private static final long serialVersionUID = 1L;

    public UnansweredException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        // RemoteException would append its cause, of which the message already tells.
        String message = String.valueOf(super.getMessage());
        int nested = message.indexOf("; nested exception");
        return nested < 0 ? message : message.substring(0, nested);
    }
}
