/** Configs that apply to deployments, and how manifests look together with them. */
@NullMarked
package io.slipway.engine.config;

import org.jspecify.annotations.NullMarked;
