/** Job templates: real ERB with BOSH's template context, in embedded JRuby. */
@NullMarked
package io.slipway.templates;

import org.jspecify.annotations.NullMarked;
