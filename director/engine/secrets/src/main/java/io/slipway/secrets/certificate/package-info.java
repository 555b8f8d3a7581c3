/** The director's certificate authority, and certificates in general. */
@NullMarked
package io.slipway.secrets.certificate;

import org.jspecify.annotations.NullMarked;
