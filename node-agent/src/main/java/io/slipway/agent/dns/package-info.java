/** BOSH DNS records. */
@NullMarked
package io.slipway.agent.dns;

import org.jspecify.annotations.NullMarked;
