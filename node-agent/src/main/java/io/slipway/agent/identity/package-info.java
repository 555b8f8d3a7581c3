/** The agent's certificate on disk. */
@NullMarked
package io.slipway.agent.identity;

import org.jspecify.annotations.NullMarked;
