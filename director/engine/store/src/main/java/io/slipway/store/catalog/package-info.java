/** Releases, stemcells and compiled packages. */
@NullMarked
package io.slipway.store.catalog;

import org.jspecify.annotations.NullMarked;
