/** What operators set on the director itself. */
@NullMarked
package io.slipway.store.setting;

import org.jspecify.annotations.NullMarked;
