/** Packs compiled releases. */
@NullMarked
package io.slipway.engine.export;

import org.jspecify.annotations.NullMarked;
