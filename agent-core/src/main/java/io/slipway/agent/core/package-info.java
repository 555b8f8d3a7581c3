/** The agent's side of the protocol: what a real agent and a simulated one share. */
@NullMarked
package io.slipway.agent.core;

import org.jspecify.annotations.NullMarked;
