/** Leads instances to what a plan says: deploys, changes of single instances, deletions. */
@NullMarked
package io.slipway.engine.rollout;

import org.jspecify.annotations.NullMarked;
