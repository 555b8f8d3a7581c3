/** Persistent disks. */
@NullMarked
package io.slipway.agent.disk;

import org.jspecify.annotations.NullMarked;
