/** Variables of manifests: generated once, kept encrypted. */
@NullMarked
package io.slipway.engine.variable;

import org.jspecify.annotations.NullMarked;
