/** From a command on the stream to its journaled result. */
@NullMarked
package io.slipway.agent.command;

import org.jspecify.annotations.NullMarked;
