/** Releases, stemcells and compiled packages. */
@NullMarked
package io.slipway.engine.catalog;

import org.jspecify.annotations.NullMarked;
