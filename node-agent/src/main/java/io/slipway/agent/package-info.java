/** The node agent: its main class and its wiring. */
@NullMarked
package io.slipway.agent;

import org.jspecify.annotations.NullMarked;
