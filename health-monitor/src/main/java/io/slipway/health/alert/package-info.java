/** What people are to know of, when it began and when it ended. */
@NullMarked
package io.slipway.health.alert;

import org.jspecify.annotations.NullMarked;
