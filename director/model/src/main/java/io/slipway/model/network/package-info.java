/** Networks that are made in the infrastructure as cloud configs describe them. */
@NullMarked
package io.slipway.model.network;

import org.jspecify.annotations.NullMarked;
