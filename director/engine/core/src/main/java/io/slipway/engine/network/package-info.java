/** Networks that the director makes in the infrastructure, and removes again. */
@NullMarked
package io.slipway.engine.network;

import org.jspecify.annotations.NullMarked;
