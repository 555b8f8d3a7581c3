/** The audit trail over HTTP. */
@NullMarked
package io.slipway.http.event;

import org.jspecify.annotations.NullMarked;
