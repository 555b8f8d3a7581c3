/** Variables of a deployment: definitions, references, interpolation. */
@NullMarked
package io.slipway.model.variable;

import org.jspecify.annotations.NullMarked;
