package io.slipway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.engine.certificate.AlternativeName;
import io.slipway.engine.resurrection.ResurrectionSettings;
import io.slipway.engine.variable.CertificatePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The director's configuration file, read and checked at start. It holds secrets and belongs to its owner alone.
 *
 * @param agentEndpoints host:port of the agent stream, as VMs reach it
 * @param blobsBaseUrl of the API, as VMs reach it
 * @param caFile where the CA certificate is written for clients
 * @param tlsNames DNS names and addresses that clients use for this director
 * @param encryptionKey 32 bytes
 * @param growDisksInPlace {@code enable_cpi_resize_disk}, as BOSH's director has it: false without it
 * @param tasks how many run at a time, and how many are kept
 * @param resurrection when VMs are made anew by themselves, as {@code resurrection} says
 * @param certificates what is asked of all that deployments have made, as {@code certificates} says
 */
record ServerSettings(
        String uuid,
        Path dataDirectory,
        String bindAddress,
        int port,
        int agentPort,
        List<String> agentEndpoints,
        String blobsBaseUrl,
        Path caFile,
        List<String> tlsNames,
        List<User> users,
        byte[] encryptionKey,
        Optional<DatabaseAddress> database,
        String cpiName,
        Map<String, Object> cpiProperties,
        Path plans,
        boolean growDisksInPlace,
        Tasks tasks,
        ResurrectionSettings resurrection,
        CertificatePolicy certificates) {

    /** Somebody who may use the API. */
    record User(String name, String password, String role) {
        @Override
        public String toString() {
            return "User[" + name + ", " + role + "]";
        }
    }

    /**
     * Tasks, as {@code tasks.workers}, {@code tasks.urgent_workers} and {@code tasks.kept} say.
     *
     * @param workers that run at a time
     * @param urgentWorkers short ones that somebody waits for, besides those
     * @param kept of each type, after they ended
     */
    record Tasks(int workers, int urgentWorkers, int kept) {
        static final Tasks DEFAULT = new Tasks(3, 10, 2000);
    }

    /** A database other than the embedded one. */
    record DatabaseAddress(String url, String user, String password) {
        @Override
        public String toString() {
            return "DatabaseAddress[" + url + "]";
        }
    }

    /** A configuration that cannot be used; the message names file, field, value and what was expected. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(Path file, String field, String expected) {
            super(file + ": " + field + " " + expected);
        }
    }

    static ServerSettings read(Path file) throws Invalid {
        return new Reader(file, tree(file)).read();
    }

    @Override
    public String toString() {
        return "ServerSettings[" + uuid + ", " + dataDirectory + "]";
    }

    private static JsonNode tree(Path file) throws Invalid {
        try {
            return new YAMLMapper().readTree(Files.readString(file));
        } catch (IOException unreadable) {
            throw new Invalid(file, "the file", "cannot be read: " + unreadable.getMessage());
        }
    }

    private record Reader(Path file, JsonNode tree) {

        ServerSettings read() throws Invalid {
            var data = Path.of(text("data_dir"));
            return new ServerSettings(
                    text("uuid"),
                    data,
                    tree.path("bind").path("address").asText("0.0.0.0"),
                    port("bind"),
                    port("agent"),
                    texts("agent", "endpoints"),
                    text("blobs", "base_url"),
                    Path.of(tree.path("tls")
                            .path("ca_file")
                            .asText(data.resolve("ca.pem").toString())),
                    tlsNames(),
                    users(),
                    key(),
                    database(),
                    text("cpi", "name"),
                    properties(),
                    Path.of(text("plans")),
                    flag("enable_cpi_resize_disk"),
                    new Tasks(
                            count("tasks", "workers", Tasks.DEFAULT.workers()),
                            count("tasks", "urgent_workers", Tasks.DEFAULT.urgentWorkers()),
                            count("tasks", "kept", Tasks.DEFAULT.kept())),
                    resurrection(),
                    new CertificatePolicy(
                            count("certificates", "ca_minimum_duration_in_days", 0),
                            count("certificates", "leaf_minimum_duration_in_days", 0)));
        }

        private List<String> tlsNames() throws Invalid {
            var names = texts("tls", "names");
            for (String name : names) {
                try {
                    AlternativeName.parse(name);
                } catch (IllegalArgumentException none) {
                    throw new Invalid(file, "tls.names", String.valueOf(none.getMessage()));
                }
            }
            return names;
        }

        private ResurrectionSettings resurrection() throws Invalid {
            String section = "resurrection";
            var usual = ResurrectionSettings.DEFAULT;
            var found = new ResurrectionSettings(
                    seconds(section, "interval", usual.interval()),
                    seconds(section, "lost_grace", usual.lostGrace()),
                    seconds(section, "unresponsive_grace", usual.unresponsiveGrace()),
                    count(section, "minimum_down_jobs", usual.minimumDownJobs()),
                    part(section, "percent_threshold", usual.percentThreshold()),
                    seconds(section, "time_threshold", usual.timeThreshold()));
            if (found.unresponsiveGrace().compareTo(found.lostGrace()) < 0) {
                throw new Invalid(
                        file,
                        section + ".unresponsive_grace",
                        "is '" + found.unresponsiveGrace().toSeconds() + "', and must not be less than " + section
                                + ".lost_grace, which is '" + found.lostGrace().toSeconds() + "'");
            }
            return found;
        }

        private Duration seconds(String section, String field, Duration otherwise) throws Invalid {
            return Duration.ofSeconds(count(section, field, Math.toIntExact(otherwise.toSeconds())));
        }

        private double part(String section, String field, double otherwise) throws Invalid {
            JsonNode node = tree.path(section).path(field);
            if (node.isMissingNode()) {
                return otherwise;
            }
            if (!node.isNumber() || node.asDouble() < 0 || node.asDouble() > 1) {
                throw new Invalid(file, section + "." + field, "is '" + node + "', and must be a number from 0 to 1");
            }
            return node.asDouble();
        }

        private boolean flag(String field) throws Invalid {
            JsonNode node = tree.path(field);
            if (!node.isMissingNode() && !node.isBoolean()) {
                throw new Invalid(file, field, "is '" + node + "', and must be true or false");
            }
            return node.asBoolean(false);
        }

        private String text(String... path) throws Invalid {
            JsonNode node = tree;
            for (String part : path) {
                node = node.path(part);
            }
            if (!node.isTextual() || node.asText().isBlank()) {
                throw new Invalid(file, String.join(".", path), "must be a string that is not empty");
            }
            return node.asText();
        }

        private int port(String section) throws Invalid {
            JsonNode node = tree.path(section).path("port");
            if (!node.isInt() || node.asInt() < 1 || node.asInt() > 65_535) {
                throw new Invalid(file, section + ".port", "is '" + node + "', and must be a number from 1 to 65535");
            }
            return node.asInt();
        }

        private int count(String section, String field, int otherwise) throws Invalid {
            JsonNode node = tree.path(section).path(field);
            if (node.isMissingNode()) {
                return otherwise;
            }
            if (!node.isInt() || node.asInt() < 1) {
                throw new Invalid(file, section + "." + field, "is '" + node + "', and must be a number from 1 on");
            }
            return node.asInt();
        }

        private List<String> texts(String section, String field) throws Invalid {
            JsonNode node = tree.path(section).path(field);
            if (!node.isArray() || node.isEmpty()) {
                throw new Invalid(file, section + "." + field, "must be a list of strings that is not empty");
            }
            var found = new ArrayList<String>();
            node.forEach(one -> found.add(one.asText()));
            return List.copyOf(found);
        }

        private List<User> users() throws Invalid {
            var found = new ArrayList<User>();
            for (JsonNode user : tree.path("users")) {
                String role = user.path("role").asText("admin");
                if (!role.equals("admin") && !role.equals("readonly")) {
                    throw new Invalid(file, "users.role", "is '" + role + "', and must be admin or readonly");
                }
                found.add(new User(
                        user.path("name").asText(), user.path("password").asText(), role));
            }
            if (found.isEmpty()) {
                throw new Invalid(file, "users", "must name at least one user");
            }
            return List.copyOf(found);
        }

        private byte[] key() throws Invalid {
            try {
                byte[] key = Base64.getDecoder().decode(text("encryption_key"));
                if (key.length == 32) {
                    return key;
                }
            } catch (IllegalArgumentException notBase64) {
                // said below, without the value
            }
            throw new Invalid(file, "encryption_key", "must be 32 bytes in Base64");
        }

        private Optional<DatabaseAddress> database() throws Invalid {
            if (!tree.has("database")) {
                return Optional.empty();
            }
            return Optional.of(new DatabaseAddress(
                    text("database", "url"), text("database", "user"), text("database", "password")));
        }

        @SuppressWarnings("unchecked")
        private Map<String, Object> properties() {
            JsonNode node = tree.path("cpi").path("properties");
            return node.isObject() ? new ObjectMapper().convertValue(node, Map.class) : Map.of();
        }
    }
}
