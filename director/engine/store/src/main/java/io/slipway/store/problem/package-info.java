/** What is wrong with deployments. */
@NullMarked
package io.slipway.store.problem;

import org.jspecify.annotations.NullMarked;
