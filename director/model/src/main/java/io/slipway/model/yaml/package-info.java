/** YAML and JSON in, bounded; typed reading of what was parsed. */
@NullMarked
package io.slipway.model.yaml;

import org.jspecify.annotations.NullMarked;
