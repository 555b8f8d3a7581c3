/** Where everything is on a VM: BOSH's directory layout. */
@NullMarked
package io.slipway.agent.layout;

import org.jspecify.annotations.NullMarked;
