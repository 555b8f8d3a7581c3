/** Finds what is wrong with instances' VMs and disks, and does something about it: BOSH's cloud check. */
@NullMarked
package io.slipway.engine.problem;

import org.jspecify.annotations.NullMarked;
