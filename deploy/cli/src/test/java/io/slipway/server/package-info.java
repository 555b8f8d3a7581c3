/** Stands in for the director's process in tests of 'up' and 'down', which find it by its name. */
@NullMarked
package io.slipway.server;

import org.jspecify.annotations.NullMarked;
