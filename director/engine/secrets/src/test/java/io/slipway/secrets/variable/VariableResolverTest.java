package io.slipway.secrets.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VariableResolverTest {
    private Database database;
    private VariableStore store;
    private VariableResolver resolver;
    private long task;

    @BeforeEach
    void open() {
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:variables;DB_CLOSE_DELAY=-1", "sa", ""));
        store = new VariableStore(database.jdbi(), new EncryptionKey(new byte[32]));
        resolver = new VariableResolver(store, "slipway", CertificatePolicy.NONE, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Each is a run of its own. */
    private ResolvedVariables resolve(VariableRequest request) {
        return resolver.resolve(request, ++task);
    }

    private Map<String, Object> resolve(
            String deployment, List<VariableDefinition> definitions, Set<String> references) {
        return resolve(VariableRequest.newest(deployment, definitions, references))
                .values();
    }

    @Test
    void gives_the_same_value_again() {
        var password = List.of(define("pw", "password", Map.of("length", 12)));

        Object first = resolve("dep", password, Set.of("pw")).get("pw");
        Object second = resolve("dep", password, Set.of("pw")).get("pw");

        assertThat(first).isEqualTo(second).asString().hasSize(12);
    }

    @Test
    void signs_a_certificate_with_its_ca_whichever_comes_first() throws Exception {
        var definitions = List.of(
                define(
                        "leaf",
                        "certificate",
                        Map.of(
                                "ca", "ca",
                                "common_name", "admin",
                                "organization", "system:masters",
                                "alternative_names", List.of("10.0.0.1", "api.example"),
                                "extended_key_usage", List.of("client_auth"))),
                define("ca", "certificate", Map.of("is_ca", true, "common_name", "the ca")));

        var values = resolve("dep", definitions, Set.of("leaf"));

        var leaf = certificate(values.get("leaf"), "certificate");
        leaf.verify(certificate(values.get("ca"), "certificate").getPublicKey());
        assertThat(certificate(values.get("leaf"), "ca")).isEqualTo(certificate(values.get("ca"), "certificate"));
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=admin,O=system:masters");
        assertThat(leaf.getSubjectAlternativeNames()).hasSize(2);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }

    @Test
    void shares_absolute_names_and_keeps_relative_ones_apart() {
        var definitions = List.of(define("own", "password", Map.of()), define("/shared", "password", Map.of()));

        var one = resolve("one", definitions, Set.of());
        var two = resolve("two", definitions, Set.of());

        assertThat(one.get("own")).isNotEqualTo(two.get("own"));
        assertThat(one.get("/shared")).isEqualTo(two.get("/shared"));
    }

    @Test
    void names_what_is_not_defined() {
        assertThatThrownBy(() -> resolve("dep", List.of(), Set.of("ghost")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("((ghost))");
        assertThatThrownBy(() -> resolve(
                        "dep",
                        List.of(define("x", "certificate", Map.of("ca", "ghost", "common_name", "x"))),
                        Set.of()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("CA 'ghost'");
        assertThatThrownBy(() -> resolve("dep", List.of(define("x", "riddle", Map.of())), Set.of()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("riddle");
    }

    @Test
    void keeps_values_unreadable_without_the_key() {
        resolve("dep", List.of(define("pw", "password", Map.of())), Set.of());
        var stranger = new VariableStore(
                database.jdbi(),
                new EncryptionKey(
                        "another key, also of 32 bytes ...".substring(0, 32).getBytes(StandardCharsets.US_ASCII)));

        assertThatThrownBy(() -> stranger.get("/slipway/dep/pw"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another key");
    }

    @Test
    void makes_a_new_value_where_converge_finds_other_options() {
        var before = resolve(
                "dep", List.of(new VariableDefinition("pw", "password", Map.of("length", 8), "converge")), Set.of());
        var after = resolve(
                "dep", List.of(new VariableDefinition("pw", "password", Map.of("length", 9), "converge")), Set.of());

        assertThat(before.get("pw")).asString().hasSize(8);
        assertThat(after.get("pw")).asString().hasSize(9);
    }

    @Test
    void a_deployment_keeps_the_version_that_it_uses_until_it_takes_the_newest() {
        var overwrite = List.of(new VariableDefinition("pw", "password", Map.of(), "overwrite"));
        var first = resolve(VariableRequest.newest("dep", overwrite, Set.of("pw")));
        store.use("dep", first.ids());
        var second = resolve(VariableRequest.newest("dep", overwrite, Set.of("pw")));

        var kept = resolve(new VariableRequest("dep", overwrite, Set.of("pw"), name -> true));

        assertThat(second.values().get("pw")).isNotEqualTo(first.values().get("pw"));
        assertThat(kept.values()).isEqualTo(first.values());
        assertThat(kept.ids()).isEqualTo(first.ids());
    }

    @Test
    void versions_that_nobody_uses_go_and_the_newest_stays() {
        var overwrite = List.of(new VariableDefinition("/shared", "password", Map.of(), "overwrite"));
        var first = resolve(VariableRequest.newest("one", overwrite, Set.of()));
        store.use("one", first.ids());
        store.use("two", first.ids());
        var second = resolve(VariableRequest.newest("one", overwrite, Set.of()));
        long old = first.ids().getOrDefault("/shared", 0L);

        store.use("one", second.ids());
        assertThat(store.get(old)).isPresent();

        store.use("two", second.ids());
        assertThat(store.get(old)).isEmpty();
        store.use("one", Map.of());
        store.use("two", Map.of());
        assertThat(store.get("/shared"))
                .isEqualTo(java.util.Optional.ofNullable(second.values().get("/shared")));
    }

    @Test
    void lists_what_a_deployment_uses_with_ids_also_what_it_shares() {
        var definitions = List.of(define("own", "password", Map.of()), define("/shared", "password", Map.of()));
        var resolved = resolve(VariableRequest.newest("dep", definitions, Set.of()));

        store.use("dep", resolved.ids());

        assertThat(store.usedBy("dep"))
                .extracting(VariableStore.VariableRow::name)
                .containsExactly("/shared", "/slipway/dep/own");
        store.deleteOf("dep");
        assertThat(store.usedBy("dep")).isEmpty();
        assertThat(store.get("/shared")).isPresent();
        assertThat(store.get("/slipway/dep/own")).isEmpty();
    }

    @Test
    void options_that_make_no_sense_are_named() {
        for (var wrong : List.of(
                define("x", "password", Map.of("length", "long")),
                define("x", "password", Map.of("length", 0)),
                define("x", "rsa", Map.of("key_length", 2049)),
                define("x", "certificate", Map.of("is_ca", "yes", "common_name", "x")),
                define("x", "certificate", Map.of("is_ca", true, "duration", -1)),
                define("x", "certificate", Map.of("is_ca", true, "key_usage", List.of("everything"))))) {
            assertThatThrownBy(() -> resolve("dep", List.of(wrong), Set.of()))
                    .as(wrong.options().toString())
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("variable 'x'");
        }
    }

    @Test
    void a_certificate_has_the_key_usage_that_was_asked_for() throws Exception {
        var values = resolve(
                "dep",
                List.of(define(
                        "c",
                        "certificate",
                        Map.of("self_signed", true, "common_name", "c", "key_usage", List.of("key_agreement")))),
                Set.of());

        boolean[] usage = certificate(values.get("c"), "certificate").getKeyUsage();
        assertThat(usage[4]).isTrue();
        assertThat(usage[0]).isFalse();
    }

    private static VariableDefinition define(String name, String type, Map<String, Object> options) {
        return new VariableDefinition(name, type, options, "no-overwrite");
    }

    private static X509Certificate certificate(@Nullable Object value, String field) throws Exception {
        String pem = String.valueOf(((Map<?, ?>) Objects.requireNonNull(value)).get(field));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
