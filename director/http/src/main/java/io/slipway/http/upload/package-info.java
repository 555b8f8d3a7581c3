/** Releases and stemcells. */
@NullMarked
package io.slipway.http.upload;

import org.jspecify.annotations.NullMarked;
