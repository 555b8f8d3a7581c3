/** Plugins whose receivers speak HTTP. */
@NullMarked
package io.slipway.health.plugin.http;

import org.jspecify.annotations.NullMarked;
