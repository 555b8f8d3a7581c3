/** Results that outlive the agent process. */
@NullMarked
package io.slipway.agent.journal;

import org.jspecify.annotations.NullMarked;
