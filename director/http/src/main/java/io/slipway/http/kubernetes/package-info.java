/** Endpoints of clusters and plans, in the shapes of TKGI's API. */
@NullMarked
package io.slipway.http.kubernetes;

import org.jspecify.annotations.NullMarked;
