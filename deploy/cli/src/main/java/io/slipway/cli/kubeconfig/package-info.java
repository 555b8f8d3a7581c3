/** The user's kubeconfig, and merging clusters into it. */
@NullMarked
package io.slipway.cli.kubeconfig;

import org.jspecify.annotations.NullMarked;
