package io.slipway.engine.address;

/**
 * An address that may be leased under a key, wherever in a subnet it is. As text it is {@code subnet id|key}; neither part
 * of it has a bar in it.
 *
 * @param subnetId as in {@link LeaseFrom}; of a vip network its name and {@code /vip}
 */
public record Lease(String subnetId, String key) {
    private static final char BAR = '|';

    public static Lease parse(String text) {
        int bar = text.indexOf(BAR);
        if (bar < 0) {
            throw new IllegalArgumentException("'" + text + "' is no lease: expected 'subnet|key'");
        }
        return new Lease(text.substring(0, bar), text.substring(bar + 1));
    }

    @Override
    public String toString() {
        return subnetId + BAR + key;
    }
}
