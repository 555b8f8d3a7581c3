/** The director itself. */
@NullMarked
package io.slipway.http.director;

import org.jspecify.annotations.NullMarked;
