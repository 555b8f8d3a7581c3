package io.slipway.cpi.conformance;

/** A part of what a CPI promises. */
interface Contract {

    /** The CPI, open and empty at the start of each test. */
    CpiUnderTest it();
}
