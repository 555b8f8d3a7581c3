/** Tasks of the director, shown as the bosh command shows them. */
@NullMarked
package io.slipway.cli.task;

import org.jspecify.annotations.NullMarked;
