/** The slipway command: its entry, and what all its subcommands share. */
@NullMarked
package io.slipway.cli;

import org.jspecify.annotations.NullMarked;
