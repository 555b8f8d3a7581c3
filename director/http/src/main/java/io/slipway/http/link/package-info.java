/** Who gives and who takes links, and links for those outside of deployments. */
@NullMarked
package io.slipway.http.link;

import org.jspecify.annotations.NullMarked;
