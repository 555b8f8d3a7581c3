/** Who may use the API. */
@NullMarked
package io.slipway.http.auth;

import org.jspecify.annotations.NullMarked;
