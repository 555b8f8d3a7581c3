package io.slipway.model.link;

/** An instance as links show it. */
public record LinkInstance(String group, String id, int index, String az, String address, boolean bootstrap) {}
