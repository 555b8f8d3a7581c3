/** What people see: tables, progress, durations. */
@NullMarked
package io.slipway.cli.output;

import org.jspecify.annotations.NullMarked;
