/** Accounts for operators on instances. */
@NullMarked
package io.slipway.engine.ssh;

import org.jspecify.annotations.NullMarked;
