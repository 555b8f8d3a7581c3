/** Renders the templates of planned instances, and says whole what each instance should be. */
@NullMarked
package io.slipway.engine.render;

import org.jspecify.annotations.NullMarked;
