/** Runs errands. */
@NullMarked
package io.slipway.engine.errand;

import org.jspecify.annotations.NullMarked;
