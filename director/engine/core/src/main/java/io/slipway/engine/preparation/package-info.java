/**
 * From a request to a plan: inputs are read once and pinned, members are placed and get their addresses, packages are
 * compiled, templates rendered.
 */
@NullMarked
package io.slipway.engine.preparation;

import org.jspecify.annotations.NullMarked;
