package io.slipway.engine.subnet;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The addresses of a subnet that may be given out freely, lowest first. Looks at what is taken as it goes. */
final class FreeAddresses {
    private final AddressBounds bounds;
    private final List<AddressBounds> barred;
    private final Set<String> taken;
    private long at;

    /** @param range a CIDR; its first and its last address are never given out */
    FreeAddresses(String range, List<String> excluded, Set<String> taken) {
        this.bounds = AddressBounds.of(range);
        this.barred = excluded.stream().map(AddressBounds::ofSpan).toList();
        this.taken = taken;
        this.at = bounds.first();
    }

    /** Empty once there are no more. */
    Optional<String> next() {
        while (++at < bounds.last()) {
            String text = AddressBounds.text(at);
            if (!isBarred(at) && !taken.contains(text)) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    private boolean isBarred(long address) {
        for (AddressBounds span : barred) {
            if (address >= span.first() && address <= span.last()) {
                return true;
            }
        }
        return false;
    }
}
