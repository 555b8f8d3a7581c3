/** Fetching and uploading blobs, checked against their digests. */
@NullMarked
package io.slipway.agent.blob;

import org.jspecify.annotations.NullMarked;
