/** Versions of releases and stemcells, and their order. */
@NullMarked
package io.slipway.model.version;

import org.jspecify.annotations.NullMarked;
