/** Packages compiled at most once for a fingerprint, a stemcell and its dependencies. */
@NullMarked
package io.slipway.engine.compile;

import org.jspecify.annotations.NullMarked;
