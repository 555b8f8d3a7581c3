/** Blobs by signed addresses, for agents. */
@NullMarked
package io.slipway.http.blob;

import org.jspecify.annotations.NullMarked;
