/** What is remembered of errands. */
@NullMarked
package io.slipway.store.errand;

import org.jspecify.annotations.NullMarked;
