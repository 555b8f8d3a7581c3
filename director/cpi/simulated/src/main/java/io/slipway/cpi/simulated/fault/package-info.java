/** What can be made to go wrong in the simulated infrastructure. */
@NullMarked
package io.slipway.cpi.simulated.fault;

import org.jspecify.annotations.NullMarked;
