package io.slipway.server;

import io.slipway.templates.TemplateRenderer;

/** One for this JVM, as a director has one: JRuby does not bear several that come and go in one process. */
final class SharedRenderer {
    static final TemplateRenderer RENDERER = TemplateRenderer.startInBackground();

    private SharedRenderer() {}
}
