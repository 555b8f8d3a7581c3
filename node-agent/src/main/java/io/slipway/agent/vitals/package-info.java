/** What the machine says about its own health. */
@NullMarked
package io.slipway.agent.vitals;

import org.jspecify.annotations.NullMarked;
