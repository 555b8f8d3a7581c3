/** Running other programs. */
@NullMarked
package io.slipway.agent.process;

import org.jspecify.annotations.NullMarked;
