/** Which task is worked on next. */
@NullMarked
package io.slipway.engine.queue;

import org.jspecify.annotations.NullMarked;
