/** The cloud config: AZs, networks, VM types, disk types, compilation. */
@NullMarked
package io.slipway.model.config;

import org.jspecify.annotations.NullMarked;
