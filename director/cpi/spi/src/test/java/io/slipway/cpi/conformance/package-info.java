/** The conformance kit: what every CPI promises, as tests. Extend {@link io.slipway.cpi.conformance.CpiConformance}. */
@NullMarked
package io.slipway.cpi.conformance;

import org.jspecify.annotations.NullMarked;
