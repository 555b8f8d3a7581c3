/** The mutually authenticated stream to the director. */
@NullMarked
package io.slipway.agent.stream;

import org.jspecify.annotations.NullMarked;
