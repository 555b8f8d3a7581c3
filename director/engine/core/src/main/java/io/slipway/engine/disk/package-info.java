/** Snapshots of persistent disks, taken and deleted. */
@NullMarked
package io.slipway.engine.disk;

import org.jspecify.annotations.NullMarked;
