/** Where VMs and disks go: one decision, made without asking anybody. */
@NullMarked
package io.slipway.cpi.vsphere.placement;

import org.jspecify.annotations.NullMarked;
