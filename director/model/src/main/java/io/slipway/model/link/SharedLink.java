package io.slipway.model.link;

import java.util.Map;

/** A link that another deployment shares; content as templates see it. */
public record SharedLink(String deployment, String name, String type, Map<String, Object> content) {}
