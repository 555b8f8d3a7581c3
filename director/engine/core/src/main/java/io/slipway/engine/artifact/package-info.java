/** Which releases and stemcells are in use, and by whom: neither a clean-up nor a deletion by name takes those. */
@NullMarked
package io.slipway.engine.artifact;

import org.jspecify.annotations.NullMarked;
