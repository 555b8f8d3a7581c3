package io.slipway.server;

import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.health.HealthSettings;
import io.slipway.health.resurrection.ResurrectionSettings;
import io.slipway.model.name.Name;
import io.slipway.secrets.certificate.AlternativeName;
import io.slipway.secrets.variable.CertificatePolicy;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.PostgresqlUrl;
import io.slipway.store.blob.BlobSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The director's configuration file, read and checked at start. It holds secrets and belongs to its owner alone.
 *
 * @param bindAddresses that the API listens on: what is not there yet is listened on as soon as it is
 * @param agentAddresses the same for agents' streams
 * @param agentEndpoints host:port of the agent stream, as VMs reach it
 * @param blobsBaseUrl of the API, as VMs reach it
 * @param blobs where blobs are kept: files of the data directory where {@code blobs.store} is not given
 * @param caFile where the CA certificate is written for clients
 * @param tlsNames DNS names and addresses that clients use for this director
 * @param encryptionKey 32 bytes
 * @param database the embedded one where {@code database} is not given
 * @param growDisksInPlace {@code enable_cpi_resize_disk}, as BOSH's director has it: false without it
 * @param errandsOnStoppedInstances {@code allow_errands_on_stopped_instances}, as BOSH's director has it: false without it
 * @param tasks as {@code tasks.workers}, {@code tasks.urgent_workers} and {@code tasks.kept} say
 * @param health as {@code resurrection} and {@code health_monitor} say
 * @param certificates what is asked of all that deployments have made, as {@code certificates} says
 * @param cluster as {@code cluster} says
 * @param auditAge how old facts of the audit trail get, as {@code audit.kept_days} says; they are kept for ever without it
 */
record ServerSettings(
        String uuid,
        Path dataDirectory,
        List<String> bindAddresses,
        int port,
        List<String> agentAddresses,
        int agentPort,
        List<String> agentEndpoints,
        String blobsBaseUrl,
        BlobSettings blobs,
        Path caFile,
        List<String> tlsNames,
        List<User> users,
        byte[] encryptionKey,
        DatabaseSettings database,
        String cpiName,
        Map<String, Object> cpiProperties,
        Path plans,
        boolean growDisksInPlace,
        boolean errandsOnStoppedInstances,
        TaskLimits tasks,
        HealthSettings health,
        CertificatePolicy certificates,
        ClusterAddress cluster,
        Optional<Duration> auditAge) {

    /** Listened on where nothing else is said: what else shall reach a director has to be named. */
    private static final String THIS_MACHINE = "127.0.0.1";

    private static final Set<String> ALL = Set.of("0.0.0.0", "0:0:0:0:0:0:0:0");

    /**
     * Where other directors that use the same database reach this one.
     *
     * @param isReachable false where the settings name no address: it is alone then
     * @param port 0 for any
     * @param patience for a director that is silent
     */
    record ClusterAddress(boolean isReachable, String address, int port, Duration patience) {
        static final Duration USUAL_PATIENCE = Duration.ofMillis(1500);
        static final ClusterAddress ALONE = new ClusterAddress(false, THIS_MACHINE, 0, USUAL_PATIENCE);
    }

    /** Somebody who may use the API. */
    record User(String name, String password, String role) {
        @Override
        public String toString() {
            return "User[" + name + ", " + role + "]";
        }
    }

    /** A configuration that cannot be used; the message names file, field, value and what was expected. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(Path file, String field, String expected) {
            super(file + ": " + field + " " + expected);
        }
    }

    /** When VMs are made anew by themselves. */
    ResurrectionSettings resurrection() {
        return health.resurrection();
    }

    static ServerSettings read(Path file) throws Invalid {
        return new Reader(Section.of(
                        file,
                        "uuid",
                        "data_dir",
                        "bind",
                        "agent",
                        "blobs",
                        "tls",
                        "users",
                        "encryption_key",
                        "database",
                        "cpi",
                        "plans",
                        "enable_cpi_resize_disk",
                        "allow_errands_on_stopped_instances",
                        "tasks",
                        "resurrection",
                        "health_monitor",
                        "certificates",
                        "cluster",
                        "audit"))
                .read();
    }

    /** host:port by which others, such as Prometheus, reach the API. */
    String apiAddress() {
        String first = bindAddresses.getFirst();
        String host = ALL.contains(first) ? URI.create(blobsBaseUrl).getHost() : first;
        return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return "ServerSettings[" + uuid + ", " + dataDirectory + "]";
    }

    private record Reader(Section all) {
        private static final List<String> ROLES = List.of("admin", "readonly", "metrics");
        private static final int SHORTEST_PASSWORD = 16;
        private static final int LEAST_PATIENCE_MILLIS = 1000;
        private static final int MOST_PATIENCE_MILLIS = 30_000;

        ServerSettings read() throws Invalid {
            var data = Path.of(all.text("data_dir"));
            Section bind = all.section("bind", "address", "addresses", "port");
            Section agent = all.section("agent", "addresses", "port", "endpoints");
            Section tls = all.section("tls", "names", "ca_file");
            Section blobs = all.section("blobs", "base_url", "store");
            Section cpi = all.section("cpi", "name", "properties");
            List<String> addresses = addresses(bind);
            return new ServerSettings(
                    all.text("uuid"),
                    data,
                    addresses,
                    bind.port("port"),
                    agent.has("addresses") ? ipAddresses(agent, "addresses") : addresses,
                    agent.port("port"),
                    endpoints(agent),
                    blobs.text("base_url"),
                    BlobStoreReader.read(blobs, data),
                    Path.of(tls.text("ca_file", data.resolve("ca.pem").toString())),
                    tlsNames(tls),
                    users(),
                    key(),
                    database(data),
                    cpi.text("name"),
                    cpi.map("properties"),
                    Path.of(all.text("plans")),
                    all.flag("enable_cpi_resize_disk"),
                    all.flag("allow_errands_on_stopped_instances"),
                    tasks(all.section("tasks", "workers", "urgent_workers", "kept")),
                    HealthReader.read(all),
                    certificates(all.section(
                            "certificates", "ca_minimum_duration_in_days", "leaf_minimum_duration_in_days")),
                    cluster(),
                    auditAge(all.section("audit", "kept_days")));
        }

        private static Optional<Duration> auditAge(Section section) throws Invalid {
            return section.has("kept_days")
                    ? Optional.of(Duration.ofDays(section.count("kept_days", 1)))
                    : Optional.empty();
        }

        private static List<String> tlsNames(Section tls) throws Invalid {
            List<String> names = tls.texts("names");
            for (String name : names) {
                try {
                    AlternativeName.parse(name);
                } catch (IllegalArgumentException none) {
                    throw tls.invalid("names", String.valueOf(none.getMessage()));
                }
            }
            return names;
        }

        private ClusterAddress cluster() throws Invalid {
            if (!all.has("cluster")) {
                return ClusterAddress.ALONE;
            }
            Section cluster = all.section("cluster", "address", "port", "patience_ms");
            String address = ipAddress(cluster, "address", cluster.text("address"));
            if (ALL.contains(address)) {
                throw cluster.invalid(
                        "address", "is '" + address + "', and must be one by which other directors reach this one");
            }
            if (!all.has("database")) {
                throw cluster.invalid(
                        "address", "is given, and database is not: directors that are one cluster share a PostgreSQL");
            }
            return new ClusterAddress(true, address, cluster.port("port"), patience(cluster));
        }

        private static Duration patience(Section cluster) throws Invalid {
            int millis = cluster.count("patience_ms", Math.toIntExact(ClusterAddress.USUAL_PATIENCE.toMillis()));
            if (millis < LEAST_PATIENCE_MILLIS || millis > MOST_PATIENCE_MILLIS) {
                throw cluster.invalid(
                        "patience_ms",
                        "is '" + millis + "', and must be from " + LEAST_PATIENCE_MILLIS + " to "
                                + MOST_PATIENCE_MILLIS);
            }
            return Duration.ofMillis(millis);
        }

        private static CertificatePolicy certificates(Section section) throws Invalid {
            return new CertificatePolicy(
                    section.count("ca_minimum_duration_in_days", 0), section.count("leaf_minimum_duration_in_days", 0));
        }

        /** One, in the older form, or several. */
        private static List<String> addresses(Section bind) throws Invalid {
            if (bind.has("address") && bind.has("addresses")) {
                throw bind.invalid("address", "and bind.addresses are both given: expected one of them");
            }
            if (bind.has("address")) {
                return List.of(ipAddress(bind, "address", bind.text("address")));
            }
            return bind.has("addresses") ? ipAddresses(bind, "addresses") : List.of(THIS_MACHINE);
        }

        private static List<String> ipAddresses(Section section, String key) throws Invalid {
            var found = new LinkedHashSet<String>();
            for (String text : section.texts(key)) {
                if (!found.add(ipAddress(section, key, text))) {
                    throw section.invalid(key, "names '" + text + "' twice");
                }
            }
            if (found.size() > 1 && found.stream().anyMatch(ALL::contains)) {
                throw section.invalid(key, "names " + found + ": what stands for all addresses stands alone");
            }
            return List.copyOf(found);
        }

        /** Not a name: what that leads to is for others to say, and may change. */
        private static String ipAddress(Section section, String key, String text) throws Invalid {
            if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
                throw section.invalid(key, "is '" + text + "', and must be an IP address of this machine");
            }
            try {
                return InetAddress.getByName(text).getHostAddress();
            } catch (UnknownHostException malformed) {
                throw section.invalid(key, "is '" + text + "', and must be an IP address of this machine");
            }
        }

        private static List<String> endpoints(Section agent) throws Invalid {
            List<String> endpoints = agent.texts("endpoints");
            for (String endpoint : endpoints) {
                if (!endpoint.matches("[^:/\\s]+:[0-9]{1,5}|\\[[0-9A-Fa-f:]+]:[0-9]{1,5}")) {
                    throw agent.invalid("endpoints", "has '" + endpoint + "', and must be a list of host:port");
                }
            }
            return endpoints;
        }

        private static TaskLimits tasks(Section section) throws Invalid {
            return new TaskLimits(
                    section.count("workers", TaskLimits.DEFAULT.workers()),
                    section.count("urgent_workers", TaskLimits.DEFAULT.urgentWorkers()),
                    section.count("kept", TaskLimits.DEFAULT.kept()));
        }

        private List<User> users() throws Invalid {
            var found = new ArrayList<User>();
            var names = new HashSet<String>();
            for (Section user : all.sections("users", "name", "password", "role")) {
                String name = user.text("name");
                var problem = Name.USER.problem("name", name);
                if (problem.isPresent()) {
                    throw user.invalid(
                            "name", "cannot be used: " + problem.get().message());
                }
                if (!names.add(name)) {
                    throw user.invalid("name", "is '" + name + "', as of another user: names must be unique");
                }
                String password = user.text("password");
                if (password.length() < SHORTEST_PASSWORD) {
                    throw user.invalid(
                            "password",
                            "has " + password.length() + " characters: expected at least " + SHORTEST_PASSWORD
                                    + ", such as 'openssl rand -base64 18' gives");
                }
                String role = user.text("role");
                if (!ROLES.contains(role)) {
                    throw user.invalid("role", "is '" + role + "', and must be admin, readonly or metrics");
                }
                found.add(new User(name, password, role));
            }
            if (found.isEmpty()) {
                throw all.invalid("users", "must name at least one user");
            }
            return List.copyOf(found);
        }

        private byte[] key() throws Invalid {
            try {
                byte[] key = Base64.getDecoder().decode(all.text("encryption_key"));
                if (key.length == 32) {
                    return key;
                }
            } catch (IllegalArgumentException notBase64) {
                // said below, without the value
            }
            throw all.invalid("encryption_key", "must be 32 bytes in Base64");
        }

        private DatabaseSettings database(Path data) throws Invalid {
            if (!all.has("database")) {
                return DatabaseSettings.embedded(data);
            }
            Section database = all.section("database", "url", "user", "password");
            var problem = PostgresqlUrl.problem(database.text("url"));
            if (problem.isPresent()) {
                throw database.invalid("url", problem.get());
            }
            return new DatabaseSettings(database.text("url"), database.text("user"), database.text("password"));
        }
    }
}
