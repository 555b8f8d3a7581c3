/** What runs under way go by, where that may be secret. */
@NullMarked
package io.slipway.secrets.input;

import org.jspecify.annotations.NullMarked;
