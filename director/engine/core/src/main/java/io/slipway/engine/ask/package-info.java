/** Questions to entities, asked by code that waits for the answers. */
@NullMarked
package io.slipway.engine.ask;

import org.jspecify.annotations.NullMarked;
