package io.slipway.model.config;

import java.util.List;
import java.util.Map;

/** A network: manual with subnets, dynamic, or vip. */
public record NetworkDefinition(String name, String type, List<Subnet> subnets, Map<String, Object> cloudProperties) {}
