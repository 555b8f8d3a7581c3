/** Links between jobs. */
@NullMarked
package io.slipway.model.link;

import org.jspecify.annotations.NullMarked;
