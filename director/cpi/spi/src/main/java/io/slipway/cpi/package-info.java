/** The Cloud Provider Interface: the BOSH CPI contract, typed, plus what recovery after a crash needs. */
@NullMarked
package io.slipway.cpi;

import org.jspecify.annotations.NullMarked;
