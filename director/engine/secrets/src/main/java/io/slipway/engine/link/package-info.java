/** Links between deployments. */
@NullMarked
package io.slipway.engine.link;

import org.jspecify.annotations.NullMarked;
