package io.slipway.cpi;

import java.util.List;

/**
 * A VM that was made.
 *
 * @param networks as asked for, with addresses filled in where the infrastructure chose them
 */
public record CreatedVm(String cid, List<VmNetwork> networks) {
    public CreatedVm {
        networks = List.copyOf(networks);
    }
}
