package io.slipway.kubernetes;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Variables;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kubeconfigs of administrators, in the shape of TKGI's binds. */
final class Kubeconfigs {
    private static final String ADMIN = "kubernetes-admin";

    private Kubeconfigs() {}

    static Map<String, Object> administrator(Cluster cluster, Variables variables) {
        Map<?, ?> certificate = variables
                .value(cluster.deployment(), ADMIN)
                .filter(Map.class::isInstance)
                .map(value -> (Map<?, ?>) value)
                .filter(value -> !cluster.host().isEmpty())
                .orElseThrow(() -> RequestRefused.conflict(
                        ClusterRules.NO_CREDENTIALS,
                        "cluster " + cluster.name() + " has no credentials yet: wait until it is created"));
        String user = cluster.name() + "-admin";
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("apiVersion", "v1");
        config.put("kind", "Config");
        config.put("preferences", Map.of());
        config.put(
                "clusters",
                named(
                        cluster.name(),
                        "cluster",
                        ordered(
                                "certificate-authority-data",
                                base64(certificate, "ca"),
                                "server",
                                "https://" + cluster.host() + ":" + cluster.port())));
        config.put("contexts", named(cluster.name(), "context", ordered("cluster", cluster.name(), "user", user)));
        config.put("current-context", cluster.name());
        config.put(
                "users",
                named(
                        user,
                        "user",
                        ordered(
                                "client-certificate-data",
                                base64(certificate, "certificate"),
                                "client-key-data",
                                base64(certificate, "private_key"))));
        return config;
    }

    private static List<Map<String, Object>> named(String name, String kind, Map<String, Object> content) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put(kind, content);
        return List.of(entry);
    }

    private static Map<String, Object> ordered(String key, String value, String otherKey, String otherValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        map.put(otherKey, otherValue);
        return map;
    }

    private static String base64(Map<?, ?> certificate, String part) {
        Object pem = certificate.get(part);
        if (pem == null) {
            throw new IllegalStateException("the variable " + ADMIN + " has no " + part);
        }
        return Base64.getEncoder().encodeToString(pem.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
