/** The audit trail: who did what, when, and how it ended. */
@NullMarked
package io.slipway.engine.event;

import org.jspecify.annotations.NullMarked;
