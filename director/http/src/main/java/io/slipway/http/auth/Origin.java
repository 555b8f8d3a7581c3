package io.slipway.http.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where a request comes from, as far as one person may have it for itself: an IPv4 address, or the /64 network of an IPv6
 * address, since whoever has one of its addresses has them all. It is the other end of the connection, never what a header
 * says: that is what the client chose to write.
 */
public record Origin(String text) {
    private static final int NETWORK_BYTES = 8;

    /** Of a connection whose other end is not known: one place for all of those. */
    public static final Origin UNKNOWN = new Origin("");

    public static Origin of(InetAddress address) {
        return new Origin(
                address instanceof Inet6Address
                        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES)) + "/64"
                        : address.getHostAddress());
    }
}
