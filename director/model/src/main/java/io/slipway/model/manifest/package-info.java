/** The deployment manifest as written, before it meets configs and releases. */
@NullMarked
package io.slipway.model.manifest;

import org.jspecify.annotations.NullMarked;
