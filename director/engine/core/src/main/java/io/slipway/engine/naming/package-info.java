/** Publishes the names of instances and who is unwell, and keeps every agent at the newest version. */
@NullMarked
package io.slipway.engine.naming;

import org.jspecify.annotations.NullMarked;
