/** Agents that have dialled in: the gRPC server, their sessions, and who owns them. */
@NullMarked
package io.slipway.engine.agent;

import org.jspecify.annotations.NullMarked;
