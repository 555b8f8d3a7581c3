/** Imports of releases and stemcells, as tasks. */
@NullMarked
package io.slipway.engine.upload;

import org.jspecify.annotations.NullMarked;
