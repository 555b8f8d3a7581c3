/** Deletes single VMs. */
@NullMarked
package io.slipway.engine.vm;

import org.jspecify.annotations.NullMarked;
