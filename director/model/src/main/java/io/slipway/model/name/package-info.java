/** What names may be, wherever they come from. */
@NullMarked
package io.slipway.model.name;

import org.jspecify.annotations.NullMarked;
