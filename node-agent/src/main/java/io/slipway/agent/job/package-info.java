/** Jobs and packages of the applied spec, and their lifecycle scripts. */
@NullMarked
package io.slipway.agent.job;

import org.jspecify.annotations.NullMarked;
