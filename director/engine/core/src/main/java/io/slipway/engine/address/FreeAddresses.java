package io.slipway.engine.address;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/** The addresses of a span that may be given out freely, lowest first. Looks at what is taken as it goes. */
final class FreeAddresses {
    private final AddressSpan span;
    private final List<AddressSpan> barred;
    private final LongPredicate isTaken;
    private long next;

    /** @param barred joined spans, in order */
    FreeAddresses(AddressSpan span, List<AddressSpan> barred, LongPredicate isTaken) {
        this.span = span;
        this.barred = barred;
        this.isTaken = isTaken;
        this.next = span.first();
    }

    /** Empty once there are no more. */
    OptionalLong next() {
        while (next <= span.last()) {
            long candidate = next++;
            var bar = barred.stream().filter(one -> one.contains(candidate)).findFirst();
            if (bar.isPresent()) {
                next = bar.get().last() + 1;
            } else if (!isTaken.test(candidate)) {
                return OptionalLong.of(candidate);
            }
        }
        return OptionalLong.empty();
    }
}
