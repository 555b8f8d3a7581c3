/** Variables of deployments, for those who ask about them. */
@NullMarked
package io.slipway.engine.variable;

import org.jspecify.annotations.NullMarked;
