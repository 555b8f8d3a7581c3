/** What is known of who did what. */
@NullMarked
package io.slipway.engine.event;

import org.jspecify.annotations.NullMarked;
