/** Kubernetes clusters by plan: each is one deployment, and one persistent entity that sees to it. */
@NullMarked
package io.slipway.kubernetes;

import org.jspecify.annotations.NullMarked;
