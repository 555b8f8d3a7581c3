/** Leases of IP addresses: no address is ever leased twice, whatever networks and ranges it is of. */
@NullMarked
package io.slipway.engine.address;

import org.jspecify.annotations.NullMarked;
