/** The plugin that sends mail. */
@NullMarked
package io.slipway.health.plugin.mail;

import org.jspecify.annotations.NullMarked;
