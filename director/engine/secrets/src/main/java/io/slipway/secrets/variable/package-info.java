/** Variables of manifests: generated once, kept encrypted. */
@NullMarked
package io.slipway.secrets.variable;

import org.jspecify.annotations.NullMarked;
