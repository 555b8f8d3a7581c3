/** The entity of a deployment: its queue of requests, its lock, and the runs that it has as children. */
@NullMarked
package io.slipway.engine.deployment;

import org.jspecify.annotations.NullMarked;
