package io.slipway.model.net;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Consecutive IPv4 addresses, both ends included. Prints as a CIDR where it was given as one, else as {@code first-last}. */
public record Ipv4Range(Ipv4Address first, Ipv4Address last, boolean isCidr) implements Iterable<Ipv4Address> {
    private static final int BITS = 32;

    public Ipv4Range {
        if (last.compareTo(first) < 0) {
            throw new IllegalArgumentException("the range " + first + "-" + last + " ends before it begins");
        }
    }

    /** Of {@code a}, {@code a-b} or a CIDR; empty for anything else. */
    public static Optional<Ipv4Range> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException notARange) {
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException when it is none */
    public static Ipv4Range parse(String text) {
        String given = text.strip();
        if (given.indexOf('/') >= 0) {
            return cidr(given);
        }
        int dash = given.indexOf('-');
        if (dash < 0) {
            var address = Ipv4Address.parse(given);
            return new Ipv4Range(address, address, false);
        }
        return new Ipv4Range(
                Ipv4Address.parse(given.substring(0, dash)), Ipv4Address.parse(given.substring(dash + 1)), false);
    }

    /** Host bits are cleared, as BOSH does. */
    public static Ipv4Range cidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a range such as 10.0.0.0/24");
        }
        String bits = text.substring(slash + 1).strip();
        if (!bits.matches("[0-9]{1,2}") || Integer.parseInt(bits) > BITS) {
            throw new IllegalArgumentException("'" + text + "' has no prefix length of 0 to 32");
        }
        long size = 1L << (BITS - Integer.parseInt(bits));
        long base = Ipv4Address.parse(text.substring(0, slash)).value() & -size;
        return new Ipv4Range(new Ipv4Address(base), new Ipv4Address(base + size - 1), true);
    }

    public boolean contains(Ipv4Address address) {
        return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    public boolean contains(Ipv4Range other) {
        return contains(other.first) && contains(other.last);
    }

    public boolean overlaps(Ipv4Range other) {
        return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    public long size() {
        return last.value() - first.value() + 1;
    }

    /** Of a CIDR; of any other range, that of the smallest CIDR that holds it. */
    public int prefixLength() {
        long differing = first.value() ^ last.value();
        return differing == 0 ? BITS : Long.numberOfLeadingZeros(differing) - BITS;
    }

    public Ipv4Address netmask() {
        long hosts = (1L << (BITS - prefixLength())) - 1;
        return new Ipv4Address(0xFFFF_FFFFL & ~hosts);
    }

    public Stream<Ipv4Address> addresses() {
        return LongStream.rangeClosed(first.value(), last.value()).mapToObj(Ipv4Address::new);
    }

    @Override
    public Iterator<Ipv4Address> iterator() {
        return new Iterator<>() {
            private long next = first.value();

            @Override
            public boolean hasNext() {
                return next <= last.value();
            }

            @Override
            public Ipv4Address next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return new Ipv4Address(next++);
            }
        };
    }

    @Override
    public String toString() {
        if (isCidr) {
            return first + "/" + prefixLength();
        }
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}
