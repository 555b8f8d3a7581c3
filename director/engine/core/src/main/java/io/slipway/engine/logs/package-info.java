/** Collects the logs of instances. */
@NullMarked
package io.slipway.engine.logs;

import org.jspecify.annotations.NullMarked;
