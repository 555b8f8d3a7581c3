/** The difference of two manifests as operators read it. */
@NullMarked
package io.slipway.model.diff;

import org.jspecify.annotations.NullMarked;
