/** What outlived its owner. */
@NullMarked
package io.slipway.engine.orphan;

import org.jspecify.annotations.NullMarked;
