/** What CPIs remember. */
@NullMarked
package io.slipway.store.ledger;

import org.jspecify.annotations.NullMarked;
