package io.slipway.cpi.simulated.agent;

import io.slipway.cpi.VmDescription;
import java.util.Optional;

/** What an agent finds in and around its VM. */
public interface Hardware {

    VmDescription vm();

    /** The device of a disk that is attached to this VM. */
    Optional<String> device(String diskCid);

    /** What is on a disk; empty where it is blank or gone. */
    String content(String diskCid);

    /** Overwrites what is on a disk. */
    void write(String diskCid, String content);

    /** Whether the infrastructure shows this unpacked package to its VMs. */
    boolean shares(String sha256);
}
