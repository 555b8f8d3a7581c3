/** A director on this machine: up, down and status. */
@NullMarked
package io.slipway.cli.machine;

import org.jspecify.annotations.NullMarked;
