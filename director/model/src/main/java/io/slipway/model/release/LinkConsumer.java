package io.slipway.model.release;

/** A link that a job wants. */
public record LinkConsumer(String name, String type, boolean optional) {}
