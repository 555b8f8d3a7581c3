package io.slipway.cpi.local;

/** Is told of each step before it is taken; tests use it to die there. */
@FunctionalInterface
interface Steps {
    Steps SILENT = step -> {};

    void reached(String step);
}
