/** When VMs are made anew by themselves, and when better not. */
@NullMarked
package io.slipway.health.resurrection;

import org.jspecify.annotations.NullMarked;
