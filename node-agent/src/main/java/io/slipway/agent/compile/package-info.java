/** Compiling packages. */
@NullMarked
package io.slipway.agent.compile;

import org.jspecify.annotations.NullMarked;
