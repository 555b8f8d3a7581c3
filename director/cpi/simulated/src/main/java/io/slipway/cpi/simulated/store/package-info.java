/** What the simulated infrastructure keeps over a restart of its process. */
@NullMarked
package io.slipway.cpi.simulated.store;

import org.jspecify.annotations.NullMarked;
