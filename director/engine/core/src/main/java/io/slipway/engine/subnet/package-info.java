/** Leases as versions before blocks of addresses journaled them. */
@NullMarked
package io.slipway.engine.subnet;

import org.jspecify.annotations.NullMarked;
