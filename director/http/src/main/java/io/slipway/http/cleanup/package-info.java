/** What nothing uses, over HTTP. */
@NullMarked
package io.slipway.http.cleanup;

import org.jspecify.annotations.NullMarked;
