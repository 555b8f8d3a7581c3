package io.slipway.model.release;

import java.util.List;

/** A link that a job offers; properties are those that consumers may see. */
public record LinkProvider(String name, String type, List<String> properties) {}
