/** What operators say about VMs that are made anew by themselves, and the way of repairs into deployments' queues. */
@NullMarked
package io.slipway.engine.resurrection;

import org.jspecify.annotations.NullMarked;
