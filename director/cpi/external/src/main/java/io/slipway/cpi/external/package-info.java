/** CPIs that are executables: BOSH's CPI protocol, asked and answered. */
@NullMarked
package io.slipway.cpi.external;

import org.jspecify.annotations.NullMarked;
