/** Stemcell archives. */
@NullMarked
package io.slipway.model.stemcell;

import org.jspecify.annotations.NullMarked;
