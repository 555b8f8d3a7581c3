/** The rows of networks that the director made. */
@NullMarked
package io.slipway.engine.managed;

import org.jspecify.annotations.NullMarked;
