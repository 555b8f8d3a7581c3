/** IPv4 addresses and ranges. */
@NullMarked
package io.slipway.model.net;

import org.jspecify.annotations.NullMarked;
