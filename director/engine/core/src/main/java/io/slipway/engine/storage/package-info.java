/** The engine's interfaces to storage, over the store. */
@NullMarked
package io.slipway.engine.storage;

import org.jspecify.annotations.NullMarked;
