/** Deployments, their instances and VMs. */
@NullMarked
package io.slipway.http.deployment;

import org.jspecify.annotations.NullMarked;
