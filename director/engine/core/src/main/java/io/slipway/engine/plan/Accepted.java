package io.slipway.engine.plan;

/** What a deployment was made from when a deploy went well last. */
public record Accepted(String manifest, PinnedInputs inputs) {}
