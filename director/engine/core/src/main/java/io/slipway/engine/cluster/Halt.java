package io.slipway.engine.cluster;

/**
 * Ends this process at once, without a farewell: others do its work already, or may at any moment. Whatever supervises it
 * starts it again.
 */
@FunctionalInterface
public interface Halt {
    /** Of a process that was halted for this. */
    int EXIT_CODE = 79;

    /** May return in tests only. */
    void now(String why);

    /** The way of a process of its own. */
    static Halt ofThisProcess() {
        return why -> {
            System.err.println("This director halts: " + why);
            Runtime.getRuntime().halt(EXIT_CODE);
        };
    }
}
