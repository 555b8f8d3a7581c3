@NullMarked
package io.slipway.cpi.local;

import org.jspecify.annotations.NullMarked;
