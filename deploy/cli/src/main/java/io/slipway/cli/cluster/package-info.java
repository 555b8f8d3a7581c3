/** Commands about Kubernetes clusters and plans. */
@NullMarked
package io.slipway.cli.cluster;

import org.jspecify.annotations.NullMarked;
