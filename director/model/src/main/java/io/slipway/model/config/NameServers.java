package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.yaml.Fields;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The name servers of a network or a subnet, each a single address. */
final class NameServers {
    private static final String KEY = "dns";

    private NameServers() {}

    static List<String> read(Fields fields, String network) {
        var servers = fields.strings(KEY);
        for (int i = 0; i < servers.size(); i++) {
            String server = servers.get(i);
            if (!isAddress(server)) {
                String element = KEY + "[" + i + "]";
                fields.problem(
                        ErrorCodes.NETWORK_INVALID_DNS,
                        element,
                        "Invalid DNS for network '" + network + "': '" + fields.path(element) + "' is '"
                                + Fields.shown(server) + "': must be a single IP");
            }
        }
        return servers;
    }

    private static boolean isAddress(String text) {
        return text.indexOf(':') >= 0
                ? isIpv6(text)
                : Ipv4Range.tryParse(text).filter(range -> range.size() == 1).isPresent();
    }

    /** Nothing is looked up: what has a colon in it is no host's name. */
    private static boolean isIpv6(String text) {
        try {
            return InetAddress.getByName(text.split("%", 2)[0]) instanceof Inet6Address;
        } catch (UnknownHostException none) {
            return false;
        }
    }
}
