package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.secrets.variable.VariableStore;
import io.slipway.store.Database;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are for the names of links. */
class CertificateOfLinkTest {
    private static final String CA = "{name: ca, type: certificate, options: {is_ca: true, common_name: ca}}";

    private SimulatedDirector director;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void a_certificate_is_for_the_names_of_its_links_and_made_anew_when_they_change() throws Exception {
        deploy(certificate("{alternative_name: {from: where}, common_name: {from: where}}", "converge"), "", "done");
        String first = version();
        deploy(certificate("{alternative_name: {from: where}, common_name: {from: where}}", "converge"), "", "done");
        assertThat(version()).isEqualTo(first);
        String wild = "{alternative_name: {from: where, properties: {wildcard: true}}, common_name: {from: where}}";
        deploy(certificate(wild, "no-overwrite"), "", "done");
        assertThat(version()).isEqualTo(first);

        deploy(certificate(wild, "converge"), "", "done");

        assertThat(version()).isNotEqualTo(first);
        var certificate = newest();
        assertThat(certificate.getSubjectX500Principal().getName()).contains("CN=q-s0.web.default.d.bosh");
        assertThat(certificate.getSubjectAlternativeNames().stream().map(one -> String.valueOf(one.get(1))))
                .containsExactly("mine.example", "*.web.default.d.bosh");
    }

    @Test
    void names_are_short_where_names_of_links_are() throws Exception {
        deploy(
                certificate("{alternative_name: {from: where}, common_name: {from: where}}", "converge"),
                "features: {use_dns_addresses: true, use_link_dns_names: true}",
                "done");

        assertThat(newest().getSubjectX500Principal().getName()).matches("(?s).*CN=q-n\\d+s0\\.q-g\\d+\\.bosh.*");
    }

    @Test
    void a_name_that_is_too_long_for_a_subject_is_among_the_alternative_names() throws Exception {
        String longName = "web-" + "x".repeat(55);
        deploy(
                certificate("{common_name: {from: where}}", "converge"),
                "",
                "done",
                manifest -> manifest.replace("- name: web\n", "- name: " + longName + "\n"));

        var certificate = newest();
        assertThat(certificate.getSubjectX500Principal().getName()).isEmpty();
        assertThat(certificate.getSubjectAlternativeNames().stream().map(one -> String.valueOf(one.get(1))))
                .containsExactly("mine.example", "q-s0." + longName + ".default.d.bosh");
    }

    @Test
    void a_new_ca_has_what_it_signs_made_anew_in_the_same_deploy() throws Exception {
        String leaf = "{name: cert, type: certificate, options: {ca: ca, common_name: leaf}}";
        deploy(leaf, "features: {converge_variables: true}", "done");
        String before = version();

        deploy(
                leaf,
                "features: {converge_variables: true}",
                "done",
                manifest -> manifest.replace("common_name: ca}", "common_name: another}"));

        assertThat(version()).isNotEqualTo(before);
        var used = used("ca", "cert");
        var ca = used.getFirst();
        var made = used.getLast();
        assertThat(ca.getSubjectX500Principal().getName()).isEqualTo("CN=another");
        assertThat(made.getIssuerX500Principal()).isEqualTo(ca.getSubjectX500Principal());
        made.verify(ca.getPublicKey());
    }

    @Test
    void a_common_name_that_is_too_long_stops_a_deploy_while_it_is_prepared() throws Exception {
        String tooLong = "x".repeat(65);
        long task =
                deploy("{name: cert, type: certificate, options: {ca: ca, common_name: " + tooLong + "}}", "", "error");

        assertThat(director.api().task(task).path("result").asText())
                .contains("variable 'cert'", "common_name", "65 characters", "at most 64");
        assertThat(director.api().text("/tasks/" + task + "/output?type=event").lines())
                .allMatch(line -> line.contains("Preparing deployment") || line.contains("\"error\""));
        assertThat(director.infrastructure().listVms()).isEmpty();
    }

    @Test
    void a_link_that_nobody_provides_stops_a_deploy_before_it_changes_anything() throws Exception {
        long task = deploy(certificate("{alternative_name: {from: nowhere}}", "converge"), "", "error");

        assertThat(director.api().task(task).path("result").asText())
                .contains("link 'alternative_name'", "alias 'nowhere'", "variable 'cert'");
        assertThat(director.infrastructure().listVms()).isEmpty();
        assertThat(director.api().get("/deployments")).isEmpty();
        boolean isGenerated = database(store -> store.row("/slipway/d/ca").isPresent());
        assertThat(isGenerated).isFalse();
    }

    private static String certificate(String consumes, String mode) {
        return "{name: cert, type: certificate, update_mode: " + mode
                + ", options: {ca: ca, alternative_names: [mine.example]}, consumes: " + consumes + "}";
    }

    private long deploy(String certificate, String features, String end) throws Exception {
        return deploy(certificate, features, end, manifest -> manifest);
    }

    private long deploy(String certificate, String features, String end, UnaryOperator<String> change)
            throws Exception {
        String manifest = TinyRelease.manifest("d", 1, "((cert.certificate))", "small")
                        .replace(
                                "jobs: [{name: web, release: tiny,",
                                "jobs: [{name: web, release: tiny, custom_provider_definitions: [{name: where, type:"
                                        + " address}],")
                        .replace("((cert.certificate))", "'((cert.certificate))'")
                + "variables: [" + CA + ", " + certificate + "]\n" + features + "\n";
        long task = director.api().deploy(change.apply(manifest));
        var ended = director.api().ended(task);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo(end);
        return task;
    }

    private String version() throws Exception {
        for (var variable : director.api().get("/deployments/d/variables")) {
            if (variable.path("name").asText().endsWith("/cert")) {
                return variable.path("id").asText();
            }
        }
        throw new AssertionError("no certificate: " + director.api().text("/deployments/d/variables"));
    }

    private X509Certificate newest() throws Exception {
        return used("cert").getFirst();
    }

    /** The certificates that the deployment uses, in this order. */
    private List<X509Certificate> used(String... names) throws Exception {
        var pems = database(store -> Arrays.stream(names)
                .map(name -> store.usedBy("d").stream()
                        .filter(row -> row.name().endsWith("/" + name))
                        .findFirst()
                        .flatMap(row -> store.get(row.id()))
                        .orElseThrow())
                .map(value -> String.valueOf(((Map<?, ?>) value).get("certificate")))
                .toList());
        var certificates = new ArrayList<X509Certificate>();
        for (String pem : pems) {
            certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        }
        return certificates;
    }

    /** The director's own, once it has stopped. */
    private <T> T database(Function<VariableStore, T> question) {
        director.die();
        try (var database = Database.open(director.database())) {
            return question.apply(new VariableStore(database.jdbi(), new EncryptionKey(new byte[32])));
        }
    }
}
