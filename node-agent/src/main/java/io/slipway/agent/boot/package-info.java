/** What happens when the VM comes up. */
@NullMarked
package io.slipway.agent.boot;

import org.jspecify.annotations.NullMarked;
