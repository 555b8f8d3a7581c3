/** The rows of networks that the director made. */
@NullMarked
package io.slipway.store.managed;

import org.jspecify.annotations.NullMarked;
