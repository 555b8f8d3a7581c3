/** Which directors there are, and which of them does what. */
@NullMarked
package io.slipway.store.member;

import org.jspecify.annotations.NullMarked;
