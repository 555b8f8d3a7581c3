/**
 * What a deployment should become, decided without asking or telling anybody: from inputs and instances to a plan, and who
 * changes and why.
 */
@NullMarked
package io.slipway.engine.plan;

import org.jspecify.annotations.NullMarked;
