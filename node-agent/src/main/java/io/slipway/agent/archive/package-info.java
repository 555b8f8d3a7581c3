/** Packing and unpacking tar archives with the system's tar. */
@NullMarked
package io.slipway.agent.archive;

import org.jspecify.annotations.NullMarked;
