package io.slipway.engine.address;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Which blocks hold the addresses of a subnet. */
final class Blocks {
    private static final int BLOCK_BITS = 16;
    /** A CIDR, two addresses, or one. */
    private static final Pattern RANGE = Pattern.compile("(^|/)([0-9]+(\\.[0-9]+){3}(/[0-9]+|-[0-9.]+)?)$");

    private Blocks() {}

    /** Ids of the blocks that a span reaches into, in order. */
    static List<String> of(AddressSpan span) {
        var ids = new ArrayList<String>();
        for (long block = span.first() >> BLOCK_BITS; block <= span.last() >> BLOCK_BITS; block++) {
            ids.add((block >> 8) + "." + (block & 255));
        }
        return ids;
    }

    /** By the range at the end of a subnet's id; none where, as once with vip networks, there is no range in it. */
    static List<String> of(String subnetId) {
        var range = RANGE.matcher(subnetId);
        return range.find() ? of(AddressSpan.of(range.group(2))) : List.of();
    }
}
