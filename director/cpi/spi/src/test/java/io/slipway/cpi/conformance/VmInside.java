package io.slipway.cpi.conformance;

import java.io.IOException;

/** Files and devices of a running VM, by their absolute paths in the VM. */
public interface VmInside {

    boolean exists(String path);

    /** The first bytes of a file or device. */
    byte[] read(String path, int length) throws IOException;

    /** Overwrites the first bytes of a device or file; they are durable when this returns. */
    void write(String path, byte[] content) throws IOException;
}
