/** The audit trail: proven to be as the directors left it, and exported. */
@NullMarked
package io.slipway.cli.audit;

import org.jspecify.annotations.NullMarked;
