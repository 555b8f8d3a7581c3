/** An infrastructure on one Linux machine: VMs are containers, disks are files, subnets are bridges. */
@NullMarked
package io.slipway.cpi.local;

import org.jspecify.annotations.NullMarked;
