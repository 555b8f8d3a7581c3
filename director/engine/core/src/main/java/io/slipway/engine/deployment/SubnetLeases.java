package io.slipway.engine.deployment;

import io.slipway.engine.compile.CompileRequest.LeaseFrom;
import io.slipway.model.config.Subnet;
import java.util.ArrayList;

/** What a subnet's entity must know to lease an address freely. */
public final class SubnetLeases {
    private SubnetLeases() {}

    public static LeaseFrom of(Subnet subnet) {
        var excluded = new ArrayList<String>();
        subnet.gateway().ifPresent(excluded::add);
        subnet.reserved().forEach(range -> excluded.add(range.toString()));
        subnet.staticRanges().forEach(range -> excluded.add(range.toString()));
        return new LeaseFrom(subnet.name(), subnet.range().toString(), excluded);
    }
}
