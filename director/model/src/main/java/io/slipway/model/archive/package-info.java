/** Safe reading of tgz archives that strangers made. */
@NullMarked
package io.slipway.model.archive;

import org.jspecify.annotations.NullMarked;
