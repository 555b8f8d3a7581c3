package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.slipway.templates.JobSource;
import io.slipway.templates.RenderRequest;
import io.slipway.templates.RenderedJob;
import io.slipway.templates.TemplateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the templates of the Slipway release make of the properties that its manifest gives. */
class SlipwayReleaseTest {
    private static final Path RELEASE = Path.of("../../deploy/releases/slipway");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String UUID = "00000000-0000-4000-8000-000000000019";
    private static final String PASSWORD = "of-forty-characters-and-known-to-nobody-";

    private static final Map<String, Object> DATABASE = Map.of(
            "instances",
            List.of(Map.of("address", "10.0.0.9")),
            "properties",
            Map.of(
                    "port",
                    5432,
                    "name",
                    "slipway",
                    "user",
                    "slipway",
                    "password",
                    "secret",
                    "tls",
                    Map.of("ca", "CA")));

    @TempDir
    private Path folder;

    @Test
    void directors_read_the_settings_that_are_made_for_them() throws Exception {
        ServerSettings settings = settings(director("cpi", Map.of("name", "simulated")), DATABASE);

        assertThat(settings.agentEndpoints()).containsExactly("10.0.0.11:25556", "10.0.0.12:25556", "10.0.0.13:25556");
        assertThat(settings.blobsBaseUrl()).isEqualTo("https://10.0.0.12:25555");
        assertThat(settings.tlsNames()).contains("10.0.0.12", "127.0.0.1", "10.0.0.100");
        assertThat(settings.cluster().address()).isEqualTo("10.0.0.12");
        assertThat(settings.database().url())
                .isEqualTo("jdbc:postgresql://10.0.0.9:5432/slipway?sslmode=verify-ca"
                        + "&sslrootcert=/var/vcap/jobs/director/config/database-ca.pem");
        assertThat(settings.uuid()).isEqualTo(UUID);
        assertThat(settings.plans()).isEqualTo(Path.of("/var/vcap/packages/director/plans.yml"));
    }

    @Test
    void the_cpi_is_that_of_a_job_on_the_same_vm() throws Exception {
        ServerSettings settings =
                settings(director("cpi", Map.of("job", "cloud_cpi", "properties", Map.of("region", "here"))), DATABASE);

        assertThat(settings.cpiName()).isEqualTo("external");
        assertThat(settings.cpiProperties())
                .containsEntry("exec_path", "/var/vcap/jobs/cloud_cpi/bin/cpi")
                .containsEntry("properties", Map.of("region", "here"));
    }

    @Test
    void an_external_database_and_more_settings_are_taken_as_they_are() throws Exception {
        Map<String, Object> given = director("cpi", Map.of("name", "simulated"));
        given.put("database", Map.of("url", "jdbc:postgresql://one,two/slipway", "user", "me", "password", "secret"));
        given.put("settings", Map.of("tasks", Map.of("workers", 7)));

        ServerSettings settings = settings(given, Map.of());

        assertThat(settings.database().url()).isEqualTo("jdbc:postgresql://one,two/slipway");
        assertThat(settings.tasks().workers()).isEqualTo(7);
    }

    @Test
    void what_is_missing_is_said_while_the_deployment_is_prepared() {
        assertThatThrownBy(() -> settings(director("cpi", Map.of("name", "simulated")), Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("there is neither a link 'database' nor database.url");
        assertThatThrownBy(() -> settings(director("cpi", Map.of()), DATABASE))
                .hasMessageContaining("cpi.job and cpi.name are both missing");
        assertThatThrownBy(() -> settings(director("encryption_password", "short"), DATABASE))
                .hasMessageContaining("encryption_password has 5 characters: expected at least 30");
        assertThatThrownBy(() -> settings(director("uuid", "mine"), DATABASE))
                .hasMessageContaining("uuid is 'mine': expected one as uuidgen makes it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"director", "postgresql", "api-address"})
    void scripts_are_whole(String job) throws Exception {
        Map<String, Object> given = director("cpi", Map.of("name", "simulated"));
        given.putAll(Map.of("password", "secret", "address", "10.0.0.100"));
        given.put("tls", Map.of("ca", "CA", "certificate", "C", "private_key", "K", "names", List.of()));

        var scripts = render(job, given, DATABASE).files().entrySet().stream()
                .filter(file -> new String(file.getValue(), StandardCharsets.UTF_8).startsWith("#!/bin/bash"))
                .toList();

        assertThat(scripts).isNotEmpty();
        for (var script : scripts) {
            Path file = Files.write(folder.resolve("script"), script.getValue());
            Process bash = new ProcessBuilder("bash", "-n", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(bash.waitFor()).as("%s: %s", script.getKey(), said).isZero();
        }
    }

    private static Map<String, Object> director(String key, Object value) {
        var given = new LinkedHashMap<String, Object>();
        given.put("uuid", UUID);
        given.put("encryption_password", PASSWORD);
        given.put("users", List.of(Map.of("name", "admin", "password", "sixteen-or-more-", "role", "admin")));
        given.put("tls", Map.of("names", List.of("10.0.0.100")));
        given.put(key, value);
        return given;
    }

    private ServerSettings settings(Map<String, Object> properties, Map<String, Object> database) throws Exception {
        byte[] rendered = render("director", properties, database).files().get("config/director.yml");
        return ServerSettings.read(SettingsFile.write(folder, new String(rendered, StandardCharsets.UTF_8)));
    }

    /** The second of three instances. */
    private static RenderedJob render(String job, Map<String, Object> given, Map<String, Object> database)
            throws IOException {
        JsonNode spec = YAML.readTree(RELEASE.resolve("jobs/" + job + "/spec").toFile());
        var templates = new LinkedHashMap<String, String>();
        spec.path("templates")
                .properties()
                .forEach(entry -> templates.put(entry.getKey(), entry.getValue().asText()));
        var directors = Map.of(
                "instances",
                Stream.of("10.0.0.11", "10.0.0.12", "10.0.0.13")
                        .map(address -> Map.of("address", address))
                        .toList(),
                "properties",
                Map.of("port", 25555, "agent_port", 25556));
        var links = new LinkedHashMap<String, Object>(Map.of("director", directors));
        if (!database.isEmpty()) {
            links.put("database", database);
        }
        return SharedRenderer.RENDERER.render(new RenderRequest(
                "slipway",
                new JobSource(job, job, templates, sources(job)),
                Map.of("name", "director", "index", 1, "ip", "10.0.0.12", "address", "10.0.0.12"),
                withDefaults(spec.path("properties"), given),
                links));
    }

    private static Map<String, String> sources(String job) throws IOException {
        Path home = RELEASE.resolve("jobs/" + job);
        var sources = new LinkedHashMap<String, String>();
        sources.put("monit", Files.readString(home.resolve("monit")));
        try (Stream<Path> files = Files.walk(home.resolve("templates"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.put(home.resolve("templates").relativize(file).toString(), Files.readString(file));
            }
        }
        return sources;
    }

    /** As a director applies them before it renders. */
    private static Map<String, Object> withDefaults(JsonNode declared, Map<String, Object> given) {
        Map<String, Object> all = new LinkedHashMap<>(given);
        declared.properties().forEach(property -> {
            if (property.getValue().has("default")) {
                put(
                        all,
                        List.of(property.getKey().split("\\.")),
                        YAML.convertValue(property.getValue().path("default"), Object.class));
            }
        });
        return all;
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> into, List<String> path, Object value) {
        if (path.size() == 1) {
            into.putIfAbsent(path.getFirst(), value);
        } else {
            var inner = new LinkedHashMap<>((Map<String, Object>) into.getOrDefault(path.getFirst(), Map.of()));
            put(inner, path.subList(1, path.size()), value);
            into.put(path.getFirst(), inner);
        }
    }
}
