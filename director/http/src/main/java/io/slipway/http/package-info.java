/** The HTTP API: BOSH's shapes over the engine's public API. */
@NullMarked
package io.slipway.http;

import org.jspecify.annotations.NullMarked;
