/** Networks over HTTP. */
@NullMarked
package io.slipway.http.network;

import org.jspecify.annotations.NullMarked;
