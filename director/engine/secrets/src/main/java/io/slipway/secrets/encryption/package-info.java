/** Encryption at rest. */
@NullMarked
package io.slipway.secrets.encryption;

import org.jspecify.annotations.NullMarked;
