/** The health monitor: who is dead is noticed, told of and made anew. */
@NullMarked
package io.slipway.health;

import org.jspecify.annotations.NullMarked;
