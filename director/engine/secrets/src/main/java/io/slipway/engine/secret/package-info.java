/** Encryption at rest. */
@NullMarked
package io.slipway.engine.secret;

import org.jspecify.annotations.NullMarked;
