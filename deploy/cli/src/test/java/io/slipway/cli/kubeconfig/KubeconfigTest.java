package io.slipway.cli.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {
    private static final String OTHERS = """
            apiVersion: v1
            kind: Config
            preferences: {colors: true}
            x-unknown: {of: "another tool"}
            current-context: work
            clusters:
            - name: work
              cluster: {server: "https://work:6443", tls-server-name: work, x: 1}
            - name: two
              cluster: {server: "https://old:8443"}
            contexts:
            - name: work
              context: {cluster: work, user: me, namespace: mine}
            users:
            - name: me
              user: {exec: {command: login, args: ["--number", "007", "yes"]}}
            """;

    @TempDir
    private Path folder;

    @Test
    void keeps_everything_of_others_and_replaces_entries_of_the_same_name() throws IOException {
        Path file = Files.writeString(folder.resolve("config"), OTHERS);

        new Kubeconfig(file).merge(added("https://new:8443"));

        JsonNode before = yaml(OTHERS);
        JsonNode after = yaml(Files.readString(file));
        assertThat(after.path("clusters").path(0))
                .isEqualTo(before.path("clusters").path(0));
        assertThat(after.path("contexts").path(0))
                .isEqualTo(before.path("contexts").path(0));
        assertThat(after.path("users").path(0)).isEqualTo(before.path("users").path(0));
        assertThat(after.path("x-unknown")).isEqualTo(before.path("x-unknown"));
        assertThat(after.path("preferences")).isEqualTo(before.path("preferences"));
        assertThat(after.path("clusters")).hasSize(2);
        assertThat(after.path("clusters").path(1).path("cluster").path("server").asText())
                .isEqualTo("https://new:8443");
        assertThat(after.path("current-context").asText()).isEqualTo("two");
    }

    @Test
    void makes_a_file_that_only_its_owner_reads() throws IOException {
        Path file = folder.resolve("deep/.kube/config");

        new Kubeconfig(file).merge(added("https://new:8443"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(yaml(Files.readString(file)).path("kind").asText()).isEqualTo("Config");
        try (var entries = Files.list(folder.resolve("deep/.kube"))) {
            assertThat(entries).containsExactly(file);
        }
    }

    @Test
    void changes_nothing_by_merging_twice() throws IOException {
        var kubeconfig = new Kubeconfig(folder.resolve("config"));
        kubeconfig.merge(added("https://new:8443"));
        String once = Files.readString(kubeconfig.path());

        assertThat(kubeconfig.holds(added("https://new:8443"))).isTrue();
        assertThat(kubeconfig.holds(added("https://other:8443"))).isFalse();
        kubeconfig.merge(added("https://new:8443"));

        assertThat(Files.readString(kubeconfig.path())).isEqualTo(once);
    }

    @Test
    void writes_through_a_link() throws IOException {
        Path real = Files.writeString(folder.resolve("real"), OTHERS);
        Path link = Files.createSymbolicLink(folder.resolve("config"), real);

        new Kubeconfig(link).merge(added("https://new:8443"));

        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).contains("https://new:8443", "https://work:6443");
    }

    @Test
    void leaves_alone_what_is_not_a_kubeconfig() throws IOException {
        Path file = Files.writeString(folder.resolve("config"), "a: [b\n");

        assertThatThrownBy(() -> new Kubeconfig(file).merge(added("https://new:8443")))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("cannot be read, so it was left alone");

        assertThat(Files.readString(file)).isEqualTo("a: [b\n");
        assertThat(folder.resolve("config.lock")).doesNotExist();
    }

    @Test
    void starts_with_an_empty_file() throws IOException {
        Path file = Files.writeString(folder.resolve("config"), "");

        new Kubeconfig(file).merge(added("https://new:8443"));

        assertThat(yaml(Files.readString(file)).path("clusters")).hasSize(1);
    }

    @Test
    void removes_only_the_entries_of_that_server() throws IOException {
        Path file = Files.writeString(folder.resolve("config"), OTHERS);
        var kubeconfig = new Kubeconfig(file);
        kubeconfig.merge(added("https://new:8443"));

        kubeconfig.remove("work", "https://someone-elses:8443");
        kubeconfig.remove("two", "https://new:8443");

        JsonNode after = yaml(Files.readString(file));
        assertThat(after.path("clusters")).hasSize(1);
        assertThat(after.path("users")).hasSize(1);
        assertThat(after.path("contexts").path(0).path("name").asText()).isEqualTo("work");
        assertThat(after.path("current-context").asText()).isEmpty();
    }

    @Test
    void takes_the_first_file_of_the_environment() {
        Path home = Path.of("/home/me");

        assertThat(Kubeconfig.ofUser(Map.of("KUBECONFIG", ":/a:/b"), home).path())
                .isEqualTo(Path.of("/a"));
        assertThat(Kubeconfig.ofUser(Map.of(), home).path()).isEqualTo(Path.of("/home/me/.kube/config"));
    }

    private static JsonNode added(String server) {
        return yaml("""
                apiVersion: v1
                kind: Config
                current-context: two
                clusters: [{name: two, cluster: {server: "%s", certificate-authority-data: Q0E=}}]
                contexts: [{name: two, context: {cluster: two, user: two-admin}}]
                users: [{name: two-admin, user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}}]
                """.formatted(server));
    }

    private static JsonNode yaml(String text) {
        try {
            return new YAMLMapper().readTree(text);
        } catch (IOException invalid) {
            throw new AssertionError(invalid);
        }
    }
}
