/** Names of instances: BOSH DNS' records as the director sends them, and the server that answers from them. */
@NullMarked
package io.slipway.agent.dns;

import org.jspecify.annotations.NullMarked;
