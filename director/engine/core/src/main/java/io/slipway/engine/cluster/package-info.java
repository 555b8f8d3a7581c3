/** The directors of one installation as one cluster: how it forms, who belongs to it, and who must not act any more. */
@NullMarked
package io.slipway.engine.cluster;

import org.jspecify.annotations.NullMarked;
