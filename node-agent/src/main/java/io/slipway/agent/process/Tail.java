package io.slipway.agent.process;

import java.nio.charset.StandardCharsets;

/** Keeps the last bytes of an output, so that a talkative program costs no memory. */
final class Tail {
    private final byte[] ring;
    private long written;

    Tail(int capacityBytes) {
        ring = new byte[capacityBytes];
    }

    synchronized void append(byte[] bytes, int length) {
        for (var i = 0; i < length; i++) {
            ring[(int) (written++ % ring.length)] = bytes[i];
        }
    }

    synchronized String text() {
        if (written <= ring.length) {
            return new String(ring, 0, (int) written, StandardCharsets.UTF_8);
        }
        var start = (int) (written % ring.length);
        return new String(ring, start, ring.length - start, StandardCharsets.UTF_8)
                + new String(ring, 0, start, StandardCharsets.UTF_8);
    }
}
