/** The right to deal with a thing of the outside world, which one director at a time has. */
@NullMarked
package io.slipway.store.lease;

import org.jspecify.annotations.NullMarked;
