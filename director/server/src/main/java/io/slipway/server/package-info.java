/** The director process: configuration, wiring, main. */
@NullMarked
package io.slipway.server;

import org.jspecify.annotations.NullMarked;
