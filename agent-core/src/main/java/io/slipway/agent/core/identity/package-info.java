/** Who the agent is, whom it trusts, and how its certificate is renewed. */
@NullMarked
package io.slipway.agent.core.identity;

import org.jspecify.annotations.NullMarked;
