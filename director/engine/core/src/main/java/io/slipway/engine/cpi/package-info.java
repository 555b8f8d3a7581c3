/** Which infrastructures there are, and which one is whose. */
@NullMarked
package io.slipway.engine.cpi;

import org.jspecify.annotations.NullMarked;
