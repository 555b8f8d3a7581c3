/** The conformance kit: what every CPI must do, as tests that an implementation's test class inherits. */
@NullMarked
package io.slipway.cpi.conformance;

import org.jspecify.annotations.NullMarked;
