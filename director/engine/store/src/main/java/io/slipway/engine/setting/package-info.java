/** What operators set on the director itself. */
@NullMarked
package io.slipway.engine.setting;

import org.jspecify.annotations.NullMarked;
