/** The database and the rows that lists are read from. */
@NullMarked
package io.slipway.store;

import org.jspecify.annotations.NullMarked;
