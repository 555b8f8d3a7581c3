/** What a director tells Prometheus: how it does, and how what it looks after is. */
@NullMarked
package io.slipway.server.metric;

import org.jspecify.annotations.NullMarked;
