/** Which VMs are made anew by themselves when they are gone. */
@NullMarked
package io.slipway.model.resurrection;

import org.jspecify.annotations.NullMarked;
