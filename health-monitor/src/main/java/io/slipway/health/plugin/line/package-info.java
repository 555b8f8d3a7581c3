/** Plugins whose receivers take lines or frames over a connection that stays open. */
@NullMarked
package io.slipway.health.plugin.line;

import org.jspecify.annotations.NullMarked;
