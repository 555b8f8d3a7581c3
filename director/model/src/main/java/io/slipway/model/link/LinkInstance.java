package io.slipway.model.link;

import java.util.Map;

/**
 * An instance as links show it.
 *
 * @param addresses by network; empty where it is not known
 */
public record LinkInstance(
        String group, String id, int index, String az, boolean bootstrap, Map<String, String> addresses) {}
