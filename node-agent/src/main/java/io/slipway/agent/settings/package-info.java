/** What the CPI left in the VM for the agent, and how it is read. */
@NullMarked
package io.slipway.agent.settings;

import org.jspecify.annotations.NullMarked;
