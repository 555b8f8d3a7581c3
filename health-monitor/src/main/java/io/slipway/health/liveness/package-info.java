/** What is known of deployments' instances, and what is made of news: functions without actors, clocks and I/O. */
@NullMarked
package io.slipway.health.liveness;

import org.jspecify.annotations.NullMarked;
