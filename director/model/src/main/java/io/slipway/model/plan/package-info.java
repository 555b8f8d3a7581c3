/** A deployment with every name in it resolved, what its packages need, and where its instances go. */
@NullMarked
package io.slipway.model.plan;

import org.jspecify.annotations.NullMarked;
