package io.slipway.model.manifest;

import java.util.Map;

/**
 * A job of an instance group.
 *
 * @param consumes by link name: a map such as {from: x}, or the text nil
 * @param provides by link name: a map such as {as: x, shared: true}
 */
public record JobRef(
        String name,
        String release,
        Map<String, Object> properties,
        Map<String, Object> consumes,
        Map<String, Object> provides) {}
