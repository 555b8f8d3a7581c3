/** Plugins whose receivers are on the director's machine: its log, its events, processes. */
@NullMarked
package io.slipway.health.plugin.local;

import org.jspecify.annotations.NullMarked;
