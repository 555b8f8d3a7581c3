/** The life of a run: what it is given, what it has its deployment journal, and how it ends. */
@NullMarked
package io.slipway.engine.run;

import org.jspecify.annotations.NullMarked;
