/** What names of instances are made from, and what was published of them. */
@NullMarked
package io.slipway.store.dns;

import org.jspecify.annotations.NullMarked;
