/** What is wrong with deployments. */
@NullMarked
package io.slipway.engine.problem;

import org.jspecify.annotations.NullMarked;
