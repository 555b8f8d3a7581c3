/** The audit trail: who did what, when, and how it ended. */
@NullMarked
package io.slipway.store.event;

import org.jspecify.annotations.NullMarked;
