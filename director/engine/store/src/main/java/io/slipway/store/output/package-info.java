/** Outputs of tasks, stored in chunks behind a buffer. */
@NullMarked
package io.slipway.store.output;

import org.jspecify.annotations.NullMarked;
