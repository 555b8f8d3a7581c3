/** Persistent disks and their snapshots. */
@NullMarked
package io.slipway.http.disk;

import org.jspecify.annotations.NullMarked;
