package io.slipway.cpi;

import java.util.List;

/**
 * What an agent needs to find and trust its director. A CPI puts it, as the JSON object that {@link #toJson()} gives,
 * into the VM at {@code /var/vcap/bosh/agent-settings.json}, mode 0600, before the agent starts; it never logs it.
 *
 * @param directorEndpoints host:port of the agent stream of every director node, in the order to try
 * @param directorName the name that the director's certificate must carry (DNS SAN)
 * @param caPem certificates that the agent trusts
 * @param certificatePem the agent's own certificate
 * @param privateKeyPem PKCS #8
 */
public record AgentSettings(
        String agentId,
        List<String> directorEndpoints,
        String directorName,
        String caPem,
        String certificatePem,
        String privateKeyPem,
        String environmentJson) {
    public AgentSettings {
        directorEndpoints = List.copyOf(directorEndpoints);
    }

    /**
     * The settings as one JSON object with the keys agent_id, director_endpoints, director_name, ca, certificate,
     * private_key and env (the manifest's {@code env}, an object).
     */
    public String toJson() {
        var endpoints = directorEndpoints.stream().map(AgentSettings::quote).toList();
        return "{\"agent_id\":" + quote(agentId)
                + ",\"director_endpoints\":[" + String.join(",", endpoints) + "]"
                + ",\"director_name\":" + quote(directorName)
                + ",\"ca\":" + quote(caPem)
                + ",\"certificate\":" + quote(certificatePem)
                + ",\"private_key\":" + quote(privateKeyPem)
                + ",\"env\":" + (environmentJson.isBlank() ? "{}" : environmentJson)
                + "}";
    }

    /** Without the private key. */
    @Override
    public String toString() {
        return "AgentSettings[agentId=" + agentId + ", directorEndpoints=" + directorEndpoints + "]";
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < 0x20) {
                        quoted.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
