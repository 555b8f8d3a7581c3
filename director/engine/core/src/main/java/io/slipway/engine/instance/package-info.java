/** The life of one instance: its VM, disks, jobs. InstanceEntity is the one writer of all of it. */
@NullMarked
package io.slipway.engine.instance;

import org.jspecify.annotations.NullMarked;
