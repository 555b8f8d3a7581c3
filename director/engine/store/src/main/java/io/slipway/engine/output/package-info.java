/** Outputs of tasks, stored in chunks behind a buffer. */
@NullMarked
package io.slipway.engine.output;

import org.jspecify.annotations.NullMarked;
