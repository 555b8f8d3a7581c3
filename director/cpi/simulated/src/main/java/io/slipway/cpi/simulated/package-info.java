/** An infrastructure in this process, for tests and benchmarks: VMs cost next to nothing and can be made to go wrong. */
@NullMarked
package io.slipway.cpi.simulated;

import org.jspecify.annotations.NullMarked;
