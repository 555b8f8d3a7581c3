/** What is asked of the director, and what it is asked with: immutable, parsed and checked. */
@NullMarked
package io.slipway.model;

import org.jspecify.annotations.NullMarked;
