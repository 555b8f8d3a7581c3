/** Blobs, fetched and put over HTTPS. */
@NullMarked
package io.slipway.agent.core.blob;

import org.jspecify.annotations.NullMarked;
