/** The database and the rows that lists are read from. */
@NullMarked
package io.slipway.engine.store;

import org.jspecify.annotations.NullMarked;
