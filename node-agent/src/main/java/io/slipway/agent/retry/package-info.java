/** How the agent goes on when the director is away. */
@NullMarked
package io.slipway.agent.retry;

import org.jspecify.annotations.NullMarked;
