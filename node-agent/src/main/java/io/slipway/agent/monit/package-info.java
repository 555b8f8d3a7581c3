/** Supervising job processes through monit. */
@NullMarked
package io.slipway.agent.monit;

import org.jspecify.annotations.NullMarked;
