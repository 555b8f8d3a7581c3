/** Address leases, one writer for each subnet. */
@NullMarked
package io.slipway.engine.subnet;

import org.jspecify.annotations.NullMarked;
