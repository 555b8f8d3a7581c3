/** The vSphere CPI: VMs are linked clones on a vCenter, disks are files on its datastores. */
@NullMarked
package io.slipway.cpi.vsphere;

import org.jspecify.annotations.NullMarked;
