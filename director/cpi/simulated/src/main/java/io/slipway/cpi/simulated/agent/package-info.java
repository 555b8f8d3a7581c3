/** Agents of simulated VMs: the real protocol over real TLS, on a few shared threads. */
@NullMarked
package io.slipway.cpi.simulated.agent;

import org.jspecify.annotations.NullMarked;
