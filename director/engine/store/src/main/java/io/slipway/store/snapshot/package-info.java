/** Snapshots of persistent disks. */
@NullMarked
package io.slipway.store.snapshot;

import org.jspecify.annotations.NullMarked;
