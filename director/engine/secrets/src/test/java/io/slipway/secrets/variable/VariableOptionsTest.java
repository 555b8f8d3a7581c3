package io.slipway.secrets.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each option of each type has its effect, and what is no option is refused. */
class VariableOptionsTest {
    private static final String SELF = "self_sign: true, key_type: ec, common_name: x";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

    private static Variables variables;

    @BeforeAll
    static void open() {
        variables = new Variables("variable-options");
    }

    @AfterEach
    void forget() {
        variables.store.deleteOf("d");
    }

    @AfterAll
    static void close() {
        variables.close();
    }

    private X509Certificate certificate(String options) {
        return Variables.certificate(variables.value("certificate", "{" + options + "}"));
    }

    @Test
    void a_subject_has_all_its_parts() {
        var made = certificate("self_sign: true, key_type: ec, common_name: app, organization: Acme,"
                + " organization_unit: Ops, locality: Bern, state: BE, country: CH");

        assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=app,OU=Ops,O=Acme,L=Bern,ST=BE,C=CH");
        assertThat(certificate("self_sign: true, key_type: ec, organization: only")
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("O=only");
        assertThat(certificate("self_sign: true, key_type: ec, common_name: x, organization: [one, two]")
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("CN=x,O=two,O=one");
    }

    @ParameterizedTest
    @CsvSource({
        "digital_signature, 0",
        "non_repudiation, 1",
        "key_encipherment, 2",
        "data_encipherment, 3",
        "key_agreement, 4",
        "key_cert_sign, 5",
        "crl_sign, 6",
        "encipher_only, 7",
        "decipher_only, 8"
    })
    void each_key_usage_is_in_the_certificate(String name, int bit) {
        boolean[] usage = certificate(SELF + ", key_usage: [" + name + "]").getKeyUsage();

        assertThat(IntStream.range(0, usage.length).filter(i -> usage[i])).containsExactly(bit);
    }

    @Test
    void the_usual_key_usage_is_that_of_tls_or_of_a_ca() {
        assertThat(set(certificate("self_sign: true, common_name: x"))).containsExactly(0, 2);
        assertThat(set(certificate(SELF))).containsExactly(0);
        assertThat(set(certificate(SELF + ", is_ca: true"))).containsExactly(5, 6);
    }

    private static List<Integer> set(X509Certificate made) {
        boolean[] usage = made.getKeyUsage();
        return IntStream.range(0, usage.length).filter(i -> usage[i]).boxed().toList();
    }

    @ParameterizedTest
    @CsvSource({"server_auth, 1", "client_auth, 2", "code_signing, 3", "email_protection, 4", "timestamping, 8"})
    void each_extended_key_usage_is_in_the_certificate(String name, String purpose) throws Exception {
        assertThat(certificate(SELF + ", extended_key_usage: [" + name + "]").getExtendedKeyUsage())
                .containsExactly("1.3.6.1.5.5.7.3." + purpose);
    }

    @Test
    void without_extended_key_usage_there_is_none() throws Exception {
        assertThat(certificate(SELF).getExtendedKeyUsage()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"'', 2048", "'key_length: 2048', 2048", "'key_length: ''3072''', 3072"})
    void rsa_keys_have_the_length_that_was_asked_for(String option, int bits) {
        var made = certificate("self_sign: true, common_name: x" + (option.isEmpty() ? "" : ", " + option));

        assertThat(((RSAPublicKey) made.getPublicKey()).getModulus().bitLength())
                .isEqualTo(bits);
        assertThat(made.getSigAlgName()).isEqualTo("SHA256withRSA");
    }

    @ParameterizedTest
    @CsvSource({"'', 256", "'key_length: 256', 256", "'key_length: 384', 384", "'key_length: 521', 521"})
    void keys_may_be_of_an_elliptic_curve(String option, int bits) {
        var made = certificate(SELF + (option.isEmpty() ? "" : ", " + option));

        assertThat(((ECPublicKey) made.getPublicKey()).getParams().getOrder().bitLength())
                .isEqualTo(bits);
    }

    @ParameterizedTest
    @CsvSource({"'', 365", "'duration: 1', 1", "'duration: 3650', 3650"})
    void a_certificate_lasts_as_long_as_was_asked_for(String option, long days) {
        var made = certificate(SELF + (option.isEmpty() ? "" : ", " + option));

        assertThat(Duration.between(
                                made.getNotBefore().toInstant(),
                                made.getNotAfter().toInstant())
                        .toDays())
                .isEqualTo(days);
        assertThat(made.getNotBefore().toInstant()).isBefore(java.time.Instant.now());
    }

    @Test
    void the_director_may_ask_for_longer_durations() {
        try (var strict = new Variables("strict-options", new CertificatePolicy(1000, 100))) {
            var ca = Variables.certificate(strict.value("certificate", "{" + SELF + ", is_ca: true, duration: 30}"));
            var leaf = Variables.certificate(strict.value("certificate", "{" + SELF + ", duration: 30}"));
            var longer = Variables.certificate(strict.value("certificate", "{" + SELF + ", duration: 200}"));

            assertThat(days(ca)).isEqualTo(1000);
            assertThat(days(leaf)).isEqualTo(100);
            assertThat(days(longer)).isEqualTo(200);
        }
    }

    private static long days(X509Certificate made) {
        return Duration.between(
                        made.getNotBefore().toInstant(), made.getNotAfter().toInstant())
                .toDays();
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, 2",
        "'*.a.example', 2",
        "localhost, 2",
        "4f66ad9a0b2e, 2",
        "a.4f66, 2",
        "q-s0.server_ig.net.dep.bosh, 2",
        "10.0.0.1, 7",
        "'2001:db8::1', 7",
        "'2001:db8:0:0:0:0:0:1', 7",
        "'abcd:1:2:3:4:5:6:7', 7",
        "'::ffff:10.0.0.1', 7",
        "ops@a.example, 1",
        "'spiffe://a.example/web', 6",
        "'urn:uuid:1', 6"
    })
    void alternative_names_are_of_the_kind_that_they_look_like(String name, int kind) throws Exception {
        var names = certificate(SELF + ", alternative_names: ['" + name + "']").getSubjectAlternativeNames();

        assertThat(names).hasSize(1);
        assertThat(names.iterator().next().getFirst()).isEqualTo(kind);
    }

    @Test
    void a_certificate_without_a_subject_is_known_by_its_alternative_names_alone() {
        variables.deploy("d", "{name: ca, type: certificate, options: {is_ca: true, key_type: ec, common_name: ca}}");
        var made = certificate("ca: ca, key_type: ec, alternative_names: [a.example]");

        assertThat(made.getSubjectX500Principal().getName()).isEmpty();
        assertThat(made.getCriticalExtensionOIDs()).contains(SUBJECT_ALTERNATIVE_NAME);
        assertThat(certificate(SELF + ", alternative_names: [a.example]").getCriticalExtensionOIDs())
                .doesNotContain(SUBJECT_ALTERNATIVE_NAME);
    }

    @Test
    void who_signs_has_a_subject_in_any_case() {
        var values = variables.deploy(
                "d",
                "{name: alone, type: certificate, options: {self_sign: true, key_type: ec, alternative_names: [a.b]}}");

        assertThat(Variables.certificate(values.get("alone"))
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("CN=alone");
    }

    @Test
    void a_certificate_says_whether_it_is_a_ca_and_by_which_key_it_was_signed() {
        var values = variables.deploy(
                "d",
                "{name: ca, type: certificate, options: {is_ca: true, key_type: ec, common_name: ca}}",
                "{name: lower, type: certificate, options: {is_ca: true, ca: ca, key_type: ec, common_name: lower}}",
                "{name: leaf, type: certificate, options: {ca: lower, key_type: ec, common_name: leaf}}");
        var ca = Variables.certificate(values.get("ca"));
        var lower = Variables.certificate(values.get("lower"));
        var leaf = Variables.certificate(values.get("leaf"));

        assertThat(ca.getBasicConstraints()).isNotNegative();
        assertThat(lower.getBasicConstraints()).isNotNegative();
        assertThat(leaf.getBasicConstraints()).isNegative();
        assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
        assertThat(keyIdentifier(leaf, "2.5.29.35", 6)).isEqualTo(keyIdentifier(lower, "2.5.29.14", 4));
        assertThat(List.of(ca.getSerialNumber(), lower.getSerialNumber(), leaf.getSerialNumber()))
                .doesNotHaveDuplicates()
                .allMatch(serial -> serial.signum() > 0 && serial.bitLength() < 160);
    }

    /** Of the extension's value, without what stands before the identifier itself. */
    private static String keyIdentifier(X509Certificate of, String extension, int before) {
        byte[] value = of.getExtensionValue(extension);
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOfRange(value, before, value.length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "common_name: " + SIXTY_FIVE,
                "organization: " + SIXTY_FIVE,
                "organization_unit: " + SIXTY_FIVE,
                "alternative_names: ['a b']",
                "alternative_names: ['10.0.0.300']",
                "alternative_names: ['a.example:8443']",
                "alternative_names: ['12345']",
                "alternative_names: ['1.2.3.']",
                "alternative_names: ['a..example']",
                "alternative_names: ['-a.example']",
                "alternative_names: ['1::2::3']",
                "alternative_names: [[a]]",
                "country: CHE",
                "country: C",
                "key_length: 1024",
                "key_length: 2049",
                "key_length: long",
                "key_type: dsa",
                "duration: 0",
                "duration: -1",
                "duration: 1.5",
                "duration: [1]",
                "is_ca: yes please",
                "key_usage: [everything]",
                "extended_key_usage: [everything]",
                "self_sign: true, ca: other",
                "common_name: \"a\\nb\"",
                "common_name: {a: b}",
                "keylength: 2048",
                "transitional: true"
            })
    void what_makes_no_sense_is_refused_by_name(String wrong) {
        String options = wrong.contains("common_name") ? wrong : "common_name: x, " + wrong;
        options = wrong.contains("self_sign") ? options : "self_sign: true, " + options;
        String field = wrong.startsWith("self_sign") ? "self_sign" : wrong.replaceAll(":.*", "");

        String definition = "{name: v, type: certificate, options: {" + options.replace("\n", "\\n") + "}}";
        assertThatThrownBy(() -> variables.deploy("d", definition))
                .isInstanceOfSatisfying(InvalidInput.class, invalid -> assertThat(invalid.problems())
                        .anySatisfy(problem -> {
                            assertThat(problem.message())
                                    .startsWith("variable 'v': ")
                                    .contains(field);
                            assertThat(problem.field()).isEqualTo("variables.v.options");
                        }));
        assertThat(variables.store.row("/slipway/d/v")).isEmpty();
    }

    private static final String SIXTY_FIVE = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    @Test
    void a_name_may_have_64_characters_and_the_limit_is_told() {
        String longest = SIXTY_FIVE.substring(1);

        assertThat(certificate("self_sign: true, key_type: ec, common_name: " + longest)
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("CN=" + longest);
        assertThatThrownBy(() -> certificate("self_sign: true, common_name: " + SIXTY_FIVE))
                .hasMessageContaining("common_name")
                .hasMessageContaining("65 characters")
                .hasMessageContaining("at most 64");
    }

    @Test
    void a_certificate_needs_a_name_and_a_signer() {
        assertThatThrownBy(() -> certificate("self_sign: true")).hasMessageContaining("common_name is missing");
        assertThatThrownBy(() -> certificate("common_name: x")).hasMessageContaining("'ca' is missing");
    }

    @Test
    void everything_that_is_wrong_is_told_at_once_and_nothing_is_made() {
        assertThatThrownBy(() -> variables.deploy(
                        "d",
                        "{name: fine, type: password}",
                        "{name: one, type: password, options: {size: 3, length: x}}",
                        "{name: two, type: certificate, options: {country: CHE}}",
                        "{name: three, type: json}"))
                .isInstanceOfSatisfying(InvalidInput.class, invalid -> assertThat(invalid.problems())
                        .extracting(problem -> problem.field())
                        .containsExactly(
                                "variables.one.options",
                                "variables.one.options",
                                "variables.two.options",
                                "variables.two.options",
                                "variables.three.type"));
        assertThat(variables.store.row("/slipway/d/fine")).isEmpty();
    }

    @Test
    void passwords_have_the_characters_that_were_asked_for_and_some_of_each() {
        for (int i = 0; i < 50; i++) {
            assertThat((String) variables.value("password", "{}"))
                    .hasSize(30)
                    .matches("[a-zA-Z0-9]+")
                    .matches(".*[a-z].*")
                    .matches(".*[A-Z].*")
                    .matches(".*[0-9].*");
            assertThat((String) variables.value("password", "{length: 4, include_special: true}"))
                    .hasSize(4)
                    .matches(".*[^a-zA-Z0-9].*");
        }
        assertThat((String) variables.value("password", "{exclude_lower: true, exclude_upper: true}"))
                .matches("[0-9]{30}");
        assertThat((String) variables.value("password", "{exclude_number: true, exclude_upper: true}"))
                .matches("[a-z]{30}");
        assertThatThrownBy(() ->
                        variables.value("password", "{exclude_lower: true, exclude_upper: true, exclude_number: true}"))
                .hasMessageContaining("exclude every character");
    }

    @Test
    void users_have_a_name_a_password_and_its_hash() {
        var given = variables.value("user", "{username: admin, length: 12, exclude_upper: true}");
        var madeUp = variables.value("user", "{}");

        assertThat(Variables.field(given, "username")).isEqualTo("admin");
        assertThat(Variables.field(given, "password")).matches("[a-z0-9]{12}");
        String hash = Variables.field(given, "password_hash");
        assertThat(hash).isEqualTo(PasswordHash.of(Variables.field(given, "password"), hash.split("\\$", -1)[2]));
        assertThat(Variables.field(madeUp, "username")).matches("[a-zA-Z]{20}");
    }

    @Test
    void keys_of_rsa_and_ssh_have_their_length_and_comment() {
        var rsa = variables.value("rsa", "{key_length: 2048}");
        var ssh = variables.value("ssh", "{key_length: 3072, ssh_comment: me@home}");

        assertThat(Variables.field(rsa, "private_key")).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        assertThat(Variables.field(rsa, "public_key")).startsWith("-----BEGIN PUBLIC KEY-----");
        assertThat(Variables.field(ssh, "public_key")).startsWith("ssh-rsa ").endsWith(" me@home");
        assertThat(Base64.getDecoder().decode(Variables.field(ssh, "public_key").split(" ")[1]))
                .hasSizeGreaterThan(3072 / 8);
        assertThat(Variables.field(ssh, "public_key_fingerprint")).matches("([0-9a-f]{2}:){15}[0-9a-f]{2}");
    }

    @ParameterizedTest
    @CsvSource({
        "password, '{lenght: 3}', lenght",
        "password, '{username: x}', username",
        "user, '{name: x}', name",
        "rsa, '{ssh_comment: x}', ssh_comment",
        "ssh, '{comment: x}', comment",
        "rsa, '{key_length: 2049}', key_length",
        "password, '{length: 0}', length",
        "password, '{include_special: often}', include_special"
    })
    void options_that_a_type_does_not_have_are_refused(String type, String options, String named) {
        assertThatThrownBy(() -> variables.value(type, options))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "password | {} | {length: 31}",
                "password | {} | {include_special: true}",
                "user | {} | {username: x}",
                "rsa | {} | {key_length: 3072}",
                "ssh | {} | {ssh_comment: x}",
                "certificate | {self_sign: true, key_type: ec, common_name: x} | {self_sign: true, key_type: ec, common_name: y}",
                "certificate | {self_sign: true, key_type: ec, common_name: x} | {self_sign: true, key_type: ec, common_name: x, key_length: 384}",
                "certificate | {self_sign: true, key_type: ec, common_name: x} | {self_sign: true, key_type: ec, common_name: x, locality: y}",
                "certificate | {self_sign: true, key_type: ec, common_name: x} | {self_sign: true, key_type: ec, common_name: x, is_ca: true}",
                "certificate | {self_sign: true, key_type: ec, common_name: x} | {self_sign: true, key_type: ec, common_name: x, key_usage: [crl_sign]}",
                "password | {} | type: rsa"
            })
    void what_converges_is_made_anew_where_other_options_ask_for_another_value(
            String type, String before, String after) {
        var first = variables.deploy("d", converging(type, before));

        var second =
                variables.deploy("d", after.startsWith("type") ? converging("rsa", "{}") : converging(type, after));

        assertThat(second.get("v")).isNotEqualTo(first.get("v"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "password | {} | {length: 30}",
                "password | {length: 20} | {length: '20', include_special: false}",
                "user | {} | {username: ~}",
                "rsa | {} | {key_length: 2048}",
                "certificate | {self_sign: true, common_name: x} | {self_signed: true, common_name: x, duration: 30}",
                "certificate | {is_ca: true, common_name: x} | {is_ca: true, self_sign: true, common_name: x, key_type: rsa}",
                "certificate | {is_ca: true, key_type: ec, common_name: x, organization: o} | {is_ca: true, key_type: ec, common_name: x, organization: [o]}"
            })
    void what_converges_stays_where_other_options_ask_for_the_same(String type, String before, String after) {
        assertThat(variables.deploy("d", converging(type, after)))
                .isEqualTo(variables.deploy("d", converging(type, before)));
    }

    private static String converging(String type, String options) {
        return "{name: v, type: " + type + ", update_mode: converge, options: " + options + "}";
    }

    @Test
    void a_value_of_another_type_is_not_passed_off_as_one_that_was_asked_for() {
        variables.deploy("d", "{name: v, type: password}");

        assertThatThrownBy(() -> variables.deploy("d", "{name: v, type: rsa}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("variable 'v' has type 'rsa', and its value is a password");
    }

    @Test
    void a_restart_takes_what_there_is_whatever_its_options() {
        var before = variables.deploy("d", "{name: v, type: password}");
        var odd = Variables.defined("{name: v, type: password, options: {old_option: 1}}");

        var resolved = variables.resolve(new VariableRequest("d", odd, java.util.Set.of("v"), name -> true));

        assertThat(resolved.values()).isEqualTo(Map.of("v", before.get("v")));
    }

    @Test
    void a_version_from_before_this_director_is_known_by_its_options_as_they_were_written() throws Exception {
        String options = "{\"common_name\":\"x\",\"is_ca\":true}";
        String digest = java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(options.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        var old = variables.store.put(
                new VariableStore.VariableRow(0, "/slipway/d/v", 1, "certificate", "d", digest, 0),
                Map.of("certificate", "old"));

        var same = variables.deploy("d", converging("certificate", options));
        var other = variables.deploy("d", converging("certificate", "{common_name: y, is_ca: true}"));

        assertThat(same.get("v")).isEqualTo(variables.store.get(old.id()).orElse(Map.of("certificate", "old")));
        assertThat(other.get("v")).isNotEqualTo(same.get("v"));
    }
}
