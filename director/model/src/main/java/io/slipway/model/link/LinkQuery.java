package io.slipway.model.link;

import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.dns.DnsNumbers;
import io.slipway.model.link.LinkGraph.Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The name by which the instances of a link's provider are found. */
public final class LinkQuery {
    private LinkQuery() {}

    /** Which of the instances a name is for. */
    public enum Health {
        /** The healthy ones, or all if there are none. */
        DEFAULT(0),
        UNHEALTHY(1),
        HEALTHY(3),
        ALL(4);

        private final int number;

        Health(int number) {
            this.number = number;
        }
    }

    /** @param azs names that have a number; empty for all */
    public static String of(Address address, DnsNumbers numbers, List<String> azs, Health health) {
        if (!address.fixed().isEmpty()) {
            return address.fixed();
        }
        boolean isShort = address.isShort() || address.isByLink();
        var parts = new ArrayList<String>();
        azs.forEach(az -> parts.add("a" + numbers.az(az)));
        parts.add("s" + health.number);
        if (isShort) {
            parts.add("n" + numbers.network(address.network()));
        }
        Collections.sort(parts);
        String query = "q-" + String.join("", parts);
        var group = address.isByLink()
                ? new DnsGroup(DnsGroup.Kind.LINK, address.deployment(), address.link())
                : DnsGroup.ofInstances(address.deployment(), address.group());
        return isShort
                ? query + ".q-g" + numbers.group(group) + "." + DnsNames.DOMAIN
                : DnsNames.instance(query, address.group(), address.network(), address.deployment());
    }
}
