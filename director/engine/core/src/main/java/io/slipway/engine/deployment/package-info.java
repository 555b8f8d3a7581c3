/** Deployments: requests, plans, and the rollout over instances. */
@NullMarked
package io.slipway.engine.deployment;

import org.jspecify.annotations.NullMarked;
