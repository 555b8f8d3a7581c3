/** Tasks: their life, their queue and their logs. */
@NullMarked
package io.slipway.engine.task;

import org.jspecify.annotations.NullMarked;
