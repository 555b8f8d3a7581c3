package io.slipway.engine.address;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Successive IPv4 addresses, from the first to the last, as numbers. */
record AddressSpan(long first, long last) {
    /** Of {@code first-last}, a single address, or a CIDR. */
    static AddressSpan of(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0) {
            int prefix = Integer.parseInt(text.substring(slash + 1).strip());
            long size = 1L << (32 - prefix);
            long base = number(text.substring(0, slash)) & ~(size - 1);
            return new AddressSpan(base, base + size - 1);
        }
        int dash = text.indexOf('-');
        return dash < 0
                ? new AddressSpan(number(text), number(text))
                : new AddressSpan(number(text.substring(0, dash)), number(text.substring(dash + 1)));
    }

    /** Those of a CIDR that a machine can have: all but the first and the last. */
    static AddressSpan usable(String cidr) {
        var all = of(cidr);
        return new AddressSpan(all.first() + 1, all.last() - 1);
    }

    boolean contains(long address) {
        return address >= first && address <= last;
    }

    long size() {
        return Math.max(0, last - first + 1);
    }

    /** What both have; of size 0 where that is nothing. */
    AddressSpan and(AddressSpan other) {
        return new AddressSpan(Math.max(first, other.first), Math.min(last, other.last));
    }

    /** The same addresses, each in one span only. */
    static List<AddressSpan> joined(List<AddressSpan> spans) {
        var joined = new ArrayList<AddressSpan>();
        for (AddressSpan span :
                spans.stream().sorted(Comparator.comparing(AddressSpan::first)).toList()) {
            if (!joined.isEmpty() && span.first() <= joined.getLast().last() + 1) {
                var before = joined.removeLast();
                joined.add(new AddressSpan(before.first(), Math.max(before.last(), span.last())));
            } else {
                joined.add(span);
            }
        }
        return joined;
    }

    static String text(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }

    static long number(String address) {
        long value = 0;
        for (String part : address.strip().split("\\.", -1)) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }
}
