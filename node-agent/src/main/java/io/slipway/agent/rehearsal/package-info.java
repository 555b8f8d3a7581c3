/** A director of a few seconds' life, for training the agent's ahead-of-time cache and for measuring the agent. */
@NullMarked
package io.slipway.agent.rehearsal;

import org.jspecify.annotations.NullMarked;
