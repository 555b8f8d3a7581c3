/** Removal of what nothing uses. */
@NullMarked
package io.slipway.engine.cleanup;

import org.jspecify.annotations.NullMarked;
