/** Short-lived ssh accounts. */
@NullMarked
package io.slipway.agent.ssh;

import org.jspecify.annotations.NullMarked;
