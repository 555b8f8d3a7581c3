/** What is stored of entities beside their journals: the rows that lists are read from. */
@NullMarked
package io.slipway.engine.state;

import org.jspecify.annotations.NullMarked;
