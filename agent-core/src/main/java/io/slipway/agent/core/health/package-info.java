/** How the jobs are, told to the director. */
@NullMarked
package io.slipway.agent.core.health;

import org.jspecify.annotations.NullMarked;
