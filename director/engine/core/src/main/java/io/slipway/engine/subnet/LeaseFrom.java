package io.slipway.engine.subnet;

import io.slipway.model.config.Subnet;
import java.util.ArrayList;
import java.util.List;

/** A subnet entity, and the addresses that it must not give out freely. */
public record LeaseFrom(String subnetId, String range, List<String> excluded) {

    /** All but the gateway, what is reserved, and what is for static addresses. */
    public static LeaseFrom of(Subnet subnet) {
        var excluded = new ArrayList<String>();
        subnet.gateway().ifPresent(excluded::add);
        subnet.reserved().forEach(range -> excluded.add(range.toString()));
        subnet.staticRanges().forEach(range -> excluded.add(range.toString()));
        return new LeaseFrom(subnet.name(), subnet.range().toString(), excluded);
    }
}
