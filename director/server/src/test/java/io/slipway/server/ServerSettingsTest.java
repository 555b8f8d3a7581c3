package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.health.resurrection.ResurrectionSettings;
import io.slipway.secrets.variable.CertificatePolicy;
import io.slipway.store.blob.BlobSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
    private static final String REST = """
            uuid: 00000000-0000-4000-8000-000000000001
            data_dir: /data
            bind: {port: 25555}
            agent: {port: 25556, endpoints: ["10.0.0.1:25556"]}
            blobs: {base_url: "https://10.0.0.1:25555"}
            tls: {names: [director]}
            users: [{name: admin, password: sixteen-letters!, role: admin}]
            encryption_key: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
            cpi: {name: simulated}
            plans: plans.yml
            """;

    @TempDir
    private Path folder;

    @Test
    void graces_of_resurrection_are_what_the_file_says() throws Exception {
        var settings = read("resurrection: {interval: 1, lost_grace: 2, unresponsive_grace: 90, minimum_down_jobs: 3,"
                + " percent_threshold: 0.5, time_threshold: 100}");

        assertThat(settings.resurrection())
                .isEqualTo(new ResurrectionSettings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(90),
                        3,
                        0.5,
                        Duration.ofSeconds(100)));
    }

    @Test
    void plugins_of_the_health_monitor_are_what_the_file_says() throws Exception {
        var health = read("""
                        resurrection: {max_in_flight: 3, group_percent_threshold: 0.8}
                        health_monitor:
                          intervals: {agent_timeout: 45, rogue_agent_alert: 300}
                          plugins:
                          - {name: logger, options: {format: json, queue: 7}}
                          - {name: graphite, events: [heartbeat], options: {host: carbon, port: 2003, max_retries: -1}}
                        """).health();

        assertThat(health.resurrection().maxInFlight()).isEqualTo(3);
        assertThat(health.resurrection().groupPercentThreshold()).isEqualTo(0.8);
        assertThat(health.agentTimeout()).isEqualTo(Duration.ofSeconds(45));
        assertThat(health.rogueAgentAlert()).isEqualTo(Duration.ofSeconds(300));
        assertThat(health.plugins().stream().map(one -> one.name() + " " + one.queue() + " " + one.maxRetries()))
                .containsExactly("logger 7 35", "graphite 1000 -1");
        assertThat(read("").health().plugins().stream().map(one -> one.name()))
                .containsExactly("event_logger", "logger");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: smoke}                                  | health_monitor.plugins[0].name is 'smoke', and must be one of alertmanager,
            {name: logger, events: [news]}                 | health_monitor.plugins[0].events has 'news', and must be of alert, heartbeat
            {name: logger, options: {colour: red}}         | health_monitor.plugins[0].options.colour is not known: expected one of format
            {name: logger, options: {queue: 0}}            | health_monitor.plugins[0].options.queue is '0', and must be a number from 1
            {name: graphite, options: {port: 2003}}        | health_monitor.plugins[0].options.host must be a string that is not empty
            {name: tsdb, options: {host: a, port: 70000}}  | health_monitor.plugins[0].options.port is '70000', and must be a number from 1 to 65535
            {name: pagerduty}                              | health_monitor.plugins[0].options.service_key must be a string that is not empty
            {name: webhook, options: {url: hook}}          | health_monitor.plugins[0].options.url must be an address such as https://example.com/path
            {name: syslog, options: {host: a, port: 1, ca_cert: /none.pem}} | health_monitor.plugins[0].options.ca_cert is '/none.pem', and must be a file of certificates in PEM
            {name: email, options: {recipients: [a@b.c], smtp: {host: m}}}  | health_monitor.plugins[0].options.smtp.port must be a number from 1 to 65535
            {name: json, options: {bin_glob: bin}}         | health_monitor.plugins[0].options.bin_glob is 'bin', and must begin with /
            {name: datadog, options: {api_key: a}}         | health_monitor.plugins[0].options.application_key must be a string that is not empty
            {name: riemann}                                | health_monitor.plugins[0].options.host must be a string that is not empty
            {name: consul_event_forwarder, options: {host: a, protocol: ftp}} | health_monitor.plugins[0].options.protocol is 'ftp', and must be one of http, https
            {name: event_logger, options: {a: b}}          | health_monitor.plugins[0].options.a is not known
            """)
    void a_plugin_that_cannot_be_used_is_named_with_what_was_expected(String plugin, String message) {
        assertThatThrownBy(() -> read("health_monitor: {plugins: [" + plugin + "]}"))
                .isInstanceOf(ServerSettings.Invalid.class)
                .hasMessageContaining(message)
                .hasMessageContaining("director.yml");
    }

    @Test
    void agents_are_given_more_time_than_between_two_heartbeats() {
        assertThatThrownBy(() -> read("health_monitor: {intervals: {agent_timeout: 30}}"))
                .isInstanceOf(ServerSettings.Invalid.class)
                .hasMessageContaining(
                        "health_monitor.intervals.agent_timeout is '30', and must be a number from 35 on");
    }

    @Test
    void what_the_file_does_not_say_is_as_usual() throws Exception {
        assertThat(read("").resurrection()).isEqualTo(ResurrectionSettings.DEFAULT);
        assertThat(read("resurrection: {lost_grace: 20}").resurrection().unresponsiveGrace())
                .isEqualTo(ResurrectionSettings.DEFAULT.unresponsiveGrace());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lost_grace: 0           | resurrection.lost_grace is '0', and must be a number from 1 on
            lost_grace: soon        | resurrection.lost_grace is '"soon"', and must be a number from 1 on
            interval: -1            | resurrection.interval is '-1', and must be a number from 1 on
            minimum_down_jobs: many | resurrection.minimum_down_jobs is '"many"', and must be a number from 1 on
            percent_threshold: 20   | resurrection.percent_threshold is '20', and must be a number from 0 to 1
            unresponsive_grace: 5   | resurrection.unresponsive_grace is '5', and must not be less than resurrection.lost_grace
            """)
    void a_value_that_makes_no_sense_is_named_with_what_was_expected(String setting, String message) {
        assertThatThrownBy(() -> read("resurrection: {" + setting + "}"))
                .isInstanceOf(ServerSettings.Invalid.class)
                .hasMessageContaining(message)
                .hasMessageContaining("director.yml");
    }

    @Test
    void durations_of_certificates_have_a_minimum_where_the_file_says_so() throws Exception {
        assertThat(read("").certificates()).isEqualTo(CertificatePolicy.NONE);
        assertThat(read("certificates: {ca_minimum_duration_in_days: 1000, leaf_minimum_duration_in_days: 90}")
                        .certificates())
                .isEqualTo(new CertificatePolicy(1000, 90));
    }

    @Test
    void directors_of_one_cluster_say_where_they_are_and_share_a_database() throws Exception {
        String database = "database: {url: 'jdbc:postgresql://db/slipway', user: slipway, password: x}\n";
        assertThat(read("").cluster()).isEqualTo(ServerSettings.ClusterAddress.ALONE);
        assertThat(read(database + "cluster: {address: 10.0.0.7, port: 25571}").cluster())
                .isEqualTo(new ServerSettings.ClusterAddress(true, "10.0.0.7", 25571, Duration.ofMillis(1500)));

        assertRefused(
                () -> read("cluster: {address: 10.0.0.7, port: 25571}"),
                "cluster.address is given, and database is not: directors that are one cluster share a PostgreSQL");
        assertRefused(
                () -> read(database + "cluster: {address: 0.0.0.0, port: 25571}"),
                "cluster.address is '0.0.0.0', and must be one by which other directors reach this one");
        assertRefused(() -> read(database + "cluster: {address: director-1, port: 25571}"), "must be an IP address");
        assertThat(read(database + "cluster: {address: 10.0.0.7, port: 25571, patience_ms: 4000}")
                        .cluster()
                        .patience())
                .isEqualTo(Duration.ofSeconds(4));
        assertRefused(
                () -> read(database + "cluster: {address: 10.0.0.7, port: 25571, patience_ms: 10}"),
                "cluster.patience_ms is '10', and must be from 1000 to 30000");
        assertRefused(() -> read(database + "cluster: {address: 10.0.0.7}"), "cluster.port");
        assertRefused(() -> read(database + "cluster: {address: 10.0.0.7, port: 0}"), "cluster.port");
    }

    @Test
    void a_database_may_be_several_servers() throws Exception {
        for (String url : List.of(
                "jdbc:postgresql://db/slipway",
                "jdbc:postgresql://10.0.0.1,[2001:db8::1]:5433,db-3:5432/slipway?targetServerType=primary",
                "jdbc:postgresql://one,two/slipway?sslmode=verify-full&sslrootcert=/etc/ca.pem&socketTimeout=60")) {
            assertThat(read(database(url)).database().url()).isEqualTo(url);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            postgresql://one/s                             | is 'postgresql://one/s', and must be like jdbc:postgresql://one:5432,two:5432/slipway
            jdbc:h2:mem:x                                  | is 'jdbc:h2:mem:x', and must be like
            jdbc:postgresql://one                          | is 'jdbc:postgresql://one', and must be like
            jdbc:postgresql:s?password=hush-hush           | is 'jdbc:postgresql:s?...', and must be like
            jdbc:postgresql://one,/s                       | has '' for a server, and must be like
            jdbc:postgresql://one:0,two/s                  | has 'one:0' for a server
            jdbc:postgresql://one;two/s                    | has 'one;two' for a server
            jdbc:postgresql://one,one:5432/s               | names the server 'one:5432' twice
            jdbc:postgresql://one/s?password=hush-hush     | has the parameter password: give it as database.password
            jdbc:postgresql://one/s?socketTimeOut=3        | has the parameter 'socketTimeOut', which PostgreSQL's JDBC driver does not know
            jdbc:postgresql://one,two/s?targetServerType=any   | has targetServerType 'any', and directors use the primary alone
            jdbc:postgresql://one,two/s?loadBalanceHosts=true  | has loadBalanceHosts 'true', and directors use the primary alone
            jdbc:postgresql://one/s?socketTimeout=0        | has socketTimeout '0', and must have whole seconds from 1 to 9999
            jdbc:postgresql://one/s?connectTimeout=soon    | has connectTimeout 'soon', and must have whole seconds
            """)
    void an_address_of_a_database_that_makes_no_sense_is_named(String url, String message) {
        assertRefused(() -> read(database(url)), "database.url " + message);
    }

    private static String database(String url) {
        return "database: {url: '" + url + "', user: slipway, password: x}\n";
    }

    @Test
    void blobs_are_kept_where_the_file_says_so() throws Exception {
        assertThat(read("").blobs()).isEqualTo(new BlobSettings.Directory(Path.of("/data"), false));
        assertThat(store("{type: directory}").blobs()).isEqualTo(new BlobSettings.Directory(Path.of("/data"), false));
        assertThat(store("{type: directory, path: /mnt/blobs}").blobs())
                .isEqualTo(new BlobSettings.Directory(Path.of("/mnt/blobs"), true));
        assertThat(store("{type: database}").blobs()).isEqualTo(new BlobSettings.InDatabase());
        assertThat(store("{type: s3, bucket: blobs, access_key_id: k, secret_access_key: s}")
                        .blobs())
                .isEqualTo(new BlobSettings.S3(Optional.empty(), "us-east-1", "blobs", "", false, "k", "s"));
        assertThat(store("{type: s3, endpoint: 'https://[::1]:9000', region: here, bucket: blobs, prefix: a/b/,"
                                + " path_style: true, access_key_id: k, secret_access_key: hush-hush}")
                        .blobs())
                .isEqualTo(new BlobSettings.S3(
                        Optional.of(URI.create("https://[::1]:9000")), "here", "blobs", "a/b/", true, "k", "hush-hush"))
                .asString()
                .doesNotContain("hush-hush");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: tape}                      | blobs.store.type is 'tape', and must be directory, database or s3
            {path: /mnt}                      | blobs.store.type must be a string that is not empty
            {type: directory, path: mnt}      | blobs.store.path is 'mnt', and must be an absolute path
            {type: directory, paths: [/mnt]}  | blobs.store.paths is not known
            {type: database, path: /mnt}      | blobs.store.path is not known: expected one of type
            {type: s3, bucket: blobs}         | blobs.store.access_key_id must be a string that is not empty
            {type: s3, bucket: A}             | blobs.store.bucket is 'A', and must be 3 to 63 lower-case letters
            {type: s3, bucket: abc, prefix: a}| blobs.store.prefix is 'a', and must be names that each end with a slash
            {type: s3, bucket: abc, path: /a} | blobs.store.path is not known
            {type: s3, bucket: abc, endpoint: 'ftp://x', access_key_id: k, secret_access_key: s} | blobs.store.endpoint must be the http or https address
            directory                         | blobs.store must be a map with keys of type
            """)
    void a_store_of_blobs_that_makes_no_sense_is_named(String store, String message) {
        assertRefused(() -> store(store), message);
    }

    private ServerSettings store(String store) throws Exception {
        return readText(REST.replace("blobs: {", "blobs: {store: " + store + ", "));
    }

    @Test
    void a_name_that_no_certificate_can_have_is_named() {
        assertRefused(() -> readText(REST.replace("names: [director]", "names: ['a b']")), "tls.names is 'a b'");
    }

    @Test
    void every_key_has_to_be_known() {
        for (var wrong : Map.of(
                        "resurection: {interval: 1}",
                                "resurection is not known: expected one of agent, allow_errands_on_stopped_instances, audit, bind",
                        "tasks: {worker: 1}",
                                "tasks.worker is not known: expected one of kept, urgent_workers, workers",
                        "resurrection: {grace: 1}", "resurrection.grace is not known",
                        "database: {uri: x}", "database.uri is not known",
                        "audit: {kept_days: 0}", "audit.kept_days is '0', and must be a number from 1 on",
                        "tasks: [workers]", "tasks must be a map with keys of workers",
                        "tasks: {workers: }", "tasks.workers has no value",
                        "tasks: ", "tasks has no value",
                        "enable_cpi_resize_disk: yes please", "enable_cpi_resize_disk is '\"yes please\"'",
                        "plans: other.yml", "names a key twice, at line")
                .entrySet()) {
            assertRefused(() -> read(wrong.getKey()), wrong.getValue());
        }
        for (var wrong : Map.of(
                        "bind: {port", "bind: {prot",
                        "agent: {port", "agent: {prot",
                        "blobs: {base_url", "blobs: {url",
                        "tls: {names", "tls: {name",
                        "cpi: {name", "cpi: {nmae")
                .entrySet()) {
            assertRefused(() -> readText(REST.replace(wrong.getKey(), wrong.getValue())), "is not known");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: admin, pasword: sixteen-letters!, role: admin}     | users[0].pasword is not known
            {name: admin, role: admin}                                | users[0].password must be a string
            {name: admin, password: , role: admin}                    | users[0].password has no value
            {name: admin, password: "", role: admin}                  | users[0].password must be a string
            {name: admin, password: null, role: admin}                | users[0].password has no value
            {name: admin, password: 1234567890123456789, role: admin} | users[0].password must be a string
            {name: admin, password: fifteen-letters, role: admin}     | users[0].password has 15 characters: expected at least 16
            {password: sixteen-letters!, role: admin}                 | users[0].name must be a string
            {name: null, password: sixteen-letters!, role: admin}     | users[0].name has no value
            {name: "", password: sixteen-letters!, role: admin}       | users[0].name must be a string
            {name: "a:b", password: sixteen-letters!, role: admin}    | users[0].name cannot be used
            {name: admin, password: sixteen-letters!}                 | users[0].role must be a string
            {name: admin, password: sixteen-letters!, role: root}     | users[0].role is 'root', and must be admin, readonly or metrics
            admin                                                     | users[0] must be a map
            """)
    void a_user_has_a_name_a_long_password_and_a_role(String user, String message) {
        String settings = REST.replaceFirst("users: .*", Matcher.quoteReplacement("users: [" + user + "]"));

        assertThatThrownBy(() -> readText(settings))
                .isInstanceOf(ServerSettings.Invalid.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("ixteen")
                .hasMessageNotContaining("ifteen")
                .hasMessageNotContaining("12345");
    }

    @Test
    void users_have_names_of_their_own_and_there_is_one() {
        String twice = "users: [{name: a, password: sixteen-letters!, role: readonly},"
                + " {name: a, password: sixteen-letters., role: admin}]";

        assertRefused(
                () -> readText(REST.replaceFirst("users: .*", twice)), "users[1].name is 'a', as of another user");
        assertRefused(() -> readText(REST.replaceFirst("users: .*", "users: []")), "users must name at least one user");
        assertRefused(() -> readText(REST.replaceFirst("users: .*", "users: {a: b}")), "users must be a list");
    }

    @Test
    void what_is_no_yaml_is_refused_without_being_shown() {
        assertThatThrownBy(() -> readText(REST + "more: {password: sixteen-letters!"))
                .isInstanceOf(ServerSettings.Invalid.class)
                .hasMessageContaining("is no YAML")
                .hasMessageNotContaining("sixteen");
        assertRefused(() -> readText(""), "the file must be a map");
    }

    @Test
    void listens_where_it_is_told_to_and_else_on_this_machine_alone() throws Exception {
        assertThat(read("").bindAddresses()).containsExactly("127.0.0.1");
        assertThat(read("").agentAddresses()).containsExactly("127.0.0.1");

        var one = readText(REST.replace("bind: {", "bind: {address: 0.0.0.0, "));
        assertThat(one.bindAddresses()).containsExactly("0.0.0.0");
        assertThat(one.agentAddresses()).containsExactly("0.0.0.0");

        var several = readText(REST.replace("bind: {", "bind: {addresses: [127.0.0.1, 10.0.0.1], ")
                .replace("agent: {", "agent: {addresses: [10.0.0.1], "));
        assertThat(several.bindAddresses()).containsExactly("127.0.0.1", "10.0.0.1");
        assertThat(several.agentAddresses()).containsExactly("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            address: everywhere                               | bind.address is 'everywhere', and must be an IP address
            address: 300.1.1.1                                | bind.address is '300.1.1.1', and must be an IP address
            addresses: []                                     | bind.addresses must be a list of strings that is not empty
            addresses: 127.0.0.1                              | bind.addresses must be a list of strings
            addresses: [127.0.0.1, null]                      | bind.addresses must be a list of strings
            addresses: [127.0.0.1, 127.0.0.1]                 | bind.addresses names '127.0.0.1' twice
            addresses: [127.0.0.1, 0.0.0.0]                   | what stands for all addresses stands alone
            address: 127.0.0.1, addresses: [127.0.0.1]        | bind.address and bind.addresses are both given
            """)
    void addresses_that_cannot_be_listened_on_are_named(String setting, String message) {
        assertRefused(() -> readText(REST.replace("bind: {", "bind: {" + setting + ", ")), message);
    }

    @Test
    void a_file_that_others_can_read_or_change_is_refused() throws Exception {
        for (String open : List.of("rw-r--r--", "rw-r-----", "rw------x", "rw--w----")) {
            Path file = SettingsFile.write(folder, REST);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));

            assertRefused(() -> ServerSettings.read(file), "can be used by others than its owner (" + open + ")");
            assertRefused(() -> ServerSettings.read(file), "chmod 600 " + file);
        }
    }

    @Test
    void a_file_of_another_user_is_refused() throws Exception {
        Path file = SettingsFile.write(folder, REST);
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "only root can give a file away");
        Files.setAttribute(file, "unix:uid", 65534);

        assertRefused(() -> ServerSettings.read(file), "belongs to another user");
    }

    private static void assertRefused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(ServerSettings.Invalid.class).hasMessageContaining(message);
    }

    private ServerSettings read(String more) throws Exception {
        return readText(REST + more + "\n");
    }

    private ServerSettings readText(String text) throws Exception {
        return ServerSettings.read(SettingsFile.write(folder, text));
    }
}
