/** Cloud, runtime and other configs, by type and name, with versions. */
@NullMarked
package io.slipway.store.config;

import org.jspecify.annotations.NullMarked;
