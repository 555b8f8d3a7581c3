/** The actor that carries decisions out, and what it is given of the world. */
@NullMarked
package io.slipway.health.watch;

import org.jspecify.annotations.NullMarked;
