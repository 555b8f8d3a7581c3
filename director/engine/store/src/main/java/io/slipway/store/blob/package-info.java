/** The content-addressed blobstore and its signed addresses. */
@NullMarked
package io.slipway.store.blob;

import org.jspecify.annotations.NullMarked;
