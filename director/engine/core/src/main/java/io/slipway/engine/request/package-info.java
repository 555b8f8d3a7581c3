/** What may be asked of a deployment, as it is journaled and queued. */
@NullMarked
package io.slipway.engine.request;

import org.jspecify.annotations.NullMarked;
