/** Commands are carried out at most once, and their results kept until the director has them. */
@NullMarked
package io.slipway.agent.core.command;

import org.jspecify.annotations.NullMarked;
