/** The engine's public API: what the HTTP layer and the cluster service may call. */
@NullMarked
package io.slipway.engine;

import org.jspecify.annotations.NullMarked;
