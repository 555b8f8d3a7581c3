/** What outlived its owner. */
@NullMarked
package io.slipway.store.orphan;

import org.jspecify.annotations.NullMarked;
