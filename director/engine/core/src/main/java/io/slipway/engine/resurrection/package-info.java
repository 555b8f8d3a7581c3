/** Finds VMs that are gone, and has them made anew. */
@NullMarked
package io.slipway.engine.resurrection;

import org.jspecify.annotations.NullMarked;
