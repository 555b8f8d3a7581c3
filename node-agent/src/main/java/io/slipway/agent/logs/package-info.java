/** Bundles of logs. */
@NullMarked
package io.slipway.agent.logs;

import org.jspecify.annotations.NullMarked;
