/** The ways by which those outside reach blobs. */
@NullMarked
package io.slipway.engine.blob;

import org.jspecify.annotations.NullMarked;
