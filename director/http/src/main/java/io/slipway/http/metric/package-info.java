/** What there is to be scraped, for Prometheus. */
@NullMarked
package io.slipway.http.metric;

import org.jspecify.annotations.NullMarked;
