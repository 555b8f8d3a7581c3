/** Links between deployments. */
@NullMarked
package io.slipway.secrets.link;

import org.jspecify.annotations.NullMarked;
