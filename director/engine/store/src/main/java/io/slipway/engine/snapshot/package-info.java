/** Snapshots of persistent disks. */
@NullMarked
package io.slipway.engine.snapshot;

import org.jspecify.annotations.NullMarked;
