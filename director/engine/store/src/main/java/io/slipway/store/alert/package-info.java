/** Alerts that last. */
@NullMarked
package io.slipway.store.alert;

import org.jspecify.annotations.NullMarked;
