package io.slipway.engine.address;

import io.slipway.engine.RemoteMessage;
import io.slipway.model.config.Subnet;
import io.slipway.model.net.Ipv4Range;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an address is to come from.
 *
 * @param subnetId of the network's name and its range, joined by a slash
 * @param range a CIDR, of which the first and the last address are never given out; or {@code first-last}, which is given
 *     out whole
 * @param excluded addresses that are never given out freely: gateway, reserved and static ranges, each as
 *     {@code first-last}, a CIDR or one address
 */
public record LeaseFrom(String subnetId, String range, List<String> excluded) implements RemoteMessage {
    public LeaseFrom {
        excluded = List.copyOf(excluded);
    }

    /** All but the gateway, what is reserved, and what is for static addresses. */
    public static LeaseFrom of(Subnet subnet) {
        var excluded = new ArrayList<String>();
        subnet.gateway().ifPresent(excluded::add);
        subnet.reserved().forEach(range -> excluded.add(range.toString()));
        subnet.staticRanges().forEach(range -> excluded.add(range.toString()));
        return new LeaseFrom(subnet.name(), subnet.range().toString(), excluded);
    }

    /** Of a vip network, which has no subnets, these addresses. */
    public static LeaseFrom vip(String network, Ipv4Range addresses) {
        String range = addresses.first() + "-" + addresses.last();
        return new LeaseFrom(network + "/vip/" + range, range, List.of());
    }

    /** Whether an address might be given out freely from here now, were it not leased. */
    public boolean offers(String address) {
        long number = AddressSpan.number(address);
        return usable().contains(number)
                && excluded.stream().map(AddressSpan::of).noneMatch(span -> span.contains(number));
    }

    AddressSpan usable() {
        return range.indexOf('/') < 0 ? AddressSpan.of(range) : AddressSpan.usable(range);
    }
}
