/** Cloud, runtime and other configs. */
@NullMarked
package io.slipway.http.config;

import org.jspecify.annotations.NullMarked;
