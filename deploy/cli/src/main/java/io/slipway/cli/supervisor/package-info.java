/** The process that looks after several directors of one machine and their database, and what is known of processes. */
@NullMarked
package io.slipway.cli.supervisor;

import org.jspecify.annotations.NullMarked;
