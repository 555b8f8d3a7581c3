package io.slipway.kubernetes;

import java.util.List;
import java.util.Optional;

/** A range of IPv4 addresses. */
record Cidr(int network, int bits) {

    static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(text.substring(slash + 1));
        String[] parts = text.substring(0, slash).split("\\.", -1);
        if (bits > 32 || parts.length != 4) {
            return Optional.empty();
        }
        int address = 0;
        for (String part : parts) {
            if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
                return Optional.empty();
            }
            address = address << 8 | Integer.parseInt(part);
        }
        return Optional.of(new Cidr(address & mask(bits), bits));
    }

    /** The smallest range that has all of them in it. */
    static Cidr around(List<Cidr> ranges) {
        Cidr cover = ranges.getFirst();
        for (Cidr range : ranges) {
            int bits = Math.min(cover.bits, range.bits);
            while ((cover.network & mask(bits)) != (range.network & mask(bits))) {
                bits--;
            }
            cover = new Cidr(cover.network & mask(bits), bits);
        }
        return cover;
    }

    /** The n-th address of the range, where the first is the network itself. */
    String address(int n) {
        int address = network + n;
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << (32 - bits);
    }

    @Override
    public String toString() {
        return address(0) + "/" + bits;
    }
}
