/** How the command reaches a director, and where it remembers which. */
@NullMarked
package io.slipway.cli.director;

import org.jspecify.annotations.NullMarked;
