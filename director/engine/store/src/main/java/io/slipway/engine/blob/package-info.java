/** The content-addressed blobstore and its signed addresses. */
@NullMarked
package io.slipway.engine.blob;

import org.jspecify.annotations.NullMarked;
