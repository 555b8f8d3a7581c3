/** The move of all that a director keeps from the embedded database into PostgreSQL. */
@NullMarked
package io.slipway.server.migration;

import org.jspecify.annotations.NullMarked;
