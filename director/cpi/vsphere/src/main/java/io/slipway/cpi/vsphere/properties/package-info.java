/** What operators write: the CPI's own settings, and cloud properties of VMs, disks and networks. */
@NullMarked
package io.slipway.cpi.vsphere.properties;

import org.jspecify.annotations.NullMarked;
