/** Who is told of alerts and heartbeats, by names that BOSH gave them. */
@NullMarked
package io.slipway.health.plugin;

import org.jspecify.annotations.NullMarked;
