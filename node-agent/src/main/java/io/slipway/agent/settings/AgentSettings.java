package io.slipway.agent.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the CPI left in the VM: who this agent is, where its director is, and the certificates of both.
 * Validated when read, so that a bad file is one clear line in the log.
 */
public record AgentSettings(
        String agentId,
        List<String> directorEndpoints,
        String directorName,
        String caPem,
        String certificatePem,
        String privateKeyPem) {

    public AgentSettings {
        directorEndpoints = List.copyOf(directorEndpoints);
        if (directorEndpoints.isEmpty()) {
            throw new IllegalArgumentException("director_endpoints is empty: give at least one host:port");
        }
    }

    public static AgentSettings read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    file + ": " + e.getMessage() + "; the CPI writes this file when it creates the VM", e);
        }
    }

    static AgentSettings parse(String json) {
        if (!(Json.parse(json) instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("not a JSON object");
        }
        return new AgentSettings(
                text(map, "agent_id"),
                endpoints(map.get("director_endpoints")),
                text(map, "director_name"),
                text(map, "ca"),
                text(map, "certificate"),
                text(map, "private_key"));
    }

    private static String text(Map<?, ?> map, String key) {
        if (map.get(key) instanceof String value && !value.isBlank()) {
            return value;
        }
        throw new IllegalArgumentException(key + " is missing or not a string");
    }

    private static List<String> endpoints(@org.jspecify.annotations.Nullable Object value) {
        var result = new ArrayList<String>();
        if (value instanceof List<?> list) {
            for (var item : list) {
                if (!(item instanceof String text) || text.lastIndexOf(':') < 1) {
                    throw new IllegalArgumentException("director_endpoints: " + item + " is not host:port");
                }
                result.add(text);
            }
        }
        return result;
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "AgentSettings[agentId=" + agentId + ", directorEndpoints=" + directorEndpoints + "]";
    }
}
