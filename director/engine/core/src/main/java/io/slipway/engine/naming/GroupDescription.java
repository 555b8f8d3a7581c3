package io.slipway.engine.naming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.model.dns.DnsTopology;
import io.slipway.model.dns.DnsTopology.LinkAlias;
import java.util.List;
import java.util.Map;

/** What is kept of a deployment, as JSON: what its groups provide, and names for that. */
record GroupDescription(Map<String, List<String>> links, List<LinkAlias> aliases) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    static final GroupDescription NONE = new GroupDescription(Map.of(), List.of());

    GroupDescription {
        links = links == null ? Map.of() : Map.copyOf(links);
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
    }

    static GroupDescription of(DnsTopology topology) {
        return new GroupDescription(topology.links(), topology.aliases());
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalStateException(notPlain);
        }
    }

    static GroupDescription parse(String json) {
        try {
            return JSON.readValue(json, GroupDescription.class);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a description of a deployment's groups does not parse", broken);
        }
    }
}
