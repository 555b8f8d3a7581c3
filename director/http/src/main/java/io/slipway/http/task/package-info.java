/** Tasks and their outputs. */
@NullMarked
package io.slipway.http.task;

import org.jspecify.annotations.NullMarked;
