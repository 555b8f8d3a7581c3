/** One vCenter: its session, how many calls are under way at it, how tasks are awaited, and what is read of it. */
@NullMarked
package io.slipway.cpi.vsphere.vcenter;

import org.jspecify.annotations.NullMarked;
