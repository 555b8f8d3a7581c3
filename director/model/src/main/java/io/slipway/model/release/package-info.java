/** BOSH release archives. */
@NullMarked
package io.slipway.model.release;

import org.jspecify.annotations.NullMarked;
