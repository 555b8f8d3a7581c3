package io.slipway.cpi.conformance;

import io.slipway.cpi.Cpi;

/** One part of what a CPI promises. */
interface Contract {
    CpiUnderTest underTest();

    /** The CPI as it is open now. */
    default Cpi cpi() {
        return underTest().cpi();
    }
}
