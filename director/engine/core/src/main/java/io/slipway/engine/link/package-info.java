/** Links between deployments, and to those outside, for those who ask about them. */
@NullMarked
package io.slipway.engine.link;

import org.jspecify.annotations.NullMarked;
