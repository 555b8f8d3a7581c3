/** Jobs that are put on instance groups by rule: of a deployment, or of all by runtime configs. */
@NullMarked
package io.slipway.model.addon;

import org.jspecify.annotations.NullMarked;
