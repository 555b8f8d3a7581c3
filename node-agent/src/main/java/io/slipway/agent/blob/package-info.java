/** Blobs that are fetched into files and uploaded from them. */
@NullMarked
package io.slipway.agent.blob;

import org.jspecify.annotations.NullMarked;
