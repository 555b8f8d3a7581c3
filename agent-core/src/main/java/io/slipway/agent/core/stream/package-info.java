/** The stream to a director, that is opened anew for ever. */
@NullMarked
package io.slipway.agent.core.stream;

import org.jspecify.annotations.NullMarked;
