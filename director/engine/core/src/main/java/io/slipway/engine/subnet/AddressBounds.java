package io.slipway.engine.subnet;

/** First and last IPv4 address of a span, as numbers. */
record AddressBounds(long first, long last) {

    /** Of a CIDR. */
    static AddressBounds of(String cidr) {
        int slash = cidr.indexOf('/');
        int prefix = Integer.parseInt(cidr.substring(slash + 1));
        long size = 1L << (32 - prefix);
        long base = number(cidr.substring(0, slash)) & ~(size - 1);
        return new AddressBounds(base, base + size - 1);
    }

    /** Of {@code first-last}, a single address, or a CIDR. */
    static AddressBounds ofSpan(String span) {
        if (span.indexOf('/') >= 0) {
            return of(span);
        }
        int dash = span.indexOf('-');
        return dash < 0
                ? new AddressBounds(number(span.strip()), number(span.strip()))
                : new AddressBounds(
                        number(span.substring(0, dash).strip()),
                        number(span.substring(dash + 1).strip()));
    }

    static String text(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }

    private static long number(String address) {
        long value = 0;
        for (String part : address.split("\\.", -1)) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }
}
