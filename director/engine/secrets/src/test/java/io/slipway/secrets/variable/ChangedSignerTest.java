package io.slipway.secrets.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a certificate when its CA is another. */
class ChangedSignerTest {
    private static Variables variables;

    @BeforeAll
    static void open() {
        variables = new Variables("changed-signer");
    }

    @AfterEach
    void forget() {
        variables.store.deleteOf("d");
        variables.store.deleteOf("of-the-ca");
    }

    @AfterAll
    static void close() {
        variables.close();
    }

    private static String ca(String name, String mode, String options) {
        return "{name: " + name + ", type: certificate, update_mode: " + mode
                + ", options: {key_type: ec, is_ca: true, " + options + "}}";
    }

    private static String leaf(String mode, String ca) {
        return "{name: leaf, type: certificate, update_mode: " + mode
                + ", options: {key_type: ec, common_name: leaf, ca: " + ca + "}}";
    }

    private static void assertSigned(Map<String, Object> values, String leaf, String ca) throws Exception {
        var signer = Variables.certificate(values.get(ca));
        assertThat(Variables.certificate(values.get(leaf), "ca")).isEqualTo(signer);
        assertThat(Variables.doubt(signer, Variables.certificate(values.get(leaf))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"converge, converge", "converge, overwrite", "overwrite, converge", "overwrite, overwrite"})
    void a_new_ca_signs_what_is_below_it_in_the_same_run(String modeOfCa, String modeOfLeaf) throws Exception {
        var before = variables.deploy("d", leaf(modeOfLeaf, "ca"), ca("ca", modeOfCa, "common_name: one"));

        var after = variables.deploy("d", leaf(modeOfLeaf, "ca"), ca("ca", modeOfCa, "common_name: two"));

        assertThat(after.get("leaf")).isNotEqualTo(before.get("leaf"));
        assertThat(Variables.certificate(after.get("leaf"))
                        .getIssuerX500Principal()
                        .getName())
                .isEqualTo("CN=two");
        assertSigned(after, "leaf", "ca");
    }

    @Test
    void an_overwritten_ca_of_the_same_name_is_another_ca() throws Exception {
        String[] definitions = {ca("ca", "overwrite", "common_name: same"), leaf("converge", "ca")};
        var before = variables.deploy("d", definitions);

        var after = variables.deploy("d", definitions);

        assertThat(after.get("leaf")).isNotEqualTo(before.get("leaf"));
        assertSigned(after, "leaf", "ca");
    }

    @Test
    void what_is_not_to_be_overwritten_stays_with_the_ca_that_it_has() throws Exception {
        var before = variables.deploy("d", ca("ca", "overwrite", "common_name: one"), leaf("no-overwrite", "ca"));

        var after = variables.deploy("d", ca("ca", "overwrite", "common_name: two"), leaf("no-overwrite", "ca"));

        assertThat(after.get("leaf")).isEqualTo(before.get("leaf"));
        assertThat(after.get("ca")).isNotEqualTo(before.get("ca"));
    }

    @Test
    void what_converges_stays_where_nothing_changed() {
        String[] definitions = {ca("ca", "converge", "common_name: one"), leaf("converge", "ca")};

        assertThat(variables.deploy("d", definitions)).isEqualTo(variables.deploy("d", definitions));
    }

    @Test
    void a_new_root_reaches_the_end_of_a_chain_whatever_its_order() throws Exception {
        String[] below = {
            leaf("converge", "lower"),
            ca("lower", "converge", "common_name: lower, ca: upper"),
            ca("upper", "converge", "common_name: upper, ca: root")
        };
        variables.deploy("d", below[0], below[1], below[2], ca("root", "converge", "common_name: one"));

        var after = variables.deploy("d", below[0], below[1], below[2], ca("root", "converge", "common_name: two"));

        assertThat(Variables.doubt(
                        Variables.certificate(after.get("root")),
                        Variables.certificate(after.get("leaf")),
                        Variables.certificate(after.get("lower")),
                        Variables.certificate(after.get("upper"))))
                .isEmpty();
        assertSigned(after, "leaf", "lower");
    }

    @Test
    void a_chain_stays_whole_above_and_below_a_ca_that_is_not_to_be_overwritten() throws Exception {
        String[] below = {
            leaf("converge", "lower"), ca("lower", "no-overwrite", "common_name: lower, ca: root"),
        };
        var before = variables.deploy("d", below[0], below[1], ca("root", "converge", "common_name: one"));

        var after = variables.deploy("d", below[0], below[1], ca("root", "converge", "common_name: two"));

        assertThat(after.get("lower")).isEqualTo(before.get("lower"));
        assertThat(after.get("leaf")).isEqualTo(before.get("leaf"));
    }

    @Test
    void another_ca_is_taken_when_a_definition_names_it() throws Exception {
        String one = ca("one", "no-overwrite", "common_name: one");
        String two = ca("two", "no-overwrite", "common_name: two");
        variables.deploy("d", one, two, leaf("converge", "one"));

        assertSigned(variables.deploy("d", one, two, leaf("converge", "two")), "leaf", "two");
    }

    @Test
    void the_ca_of_another_deployment_is_followed_when_that_one_has_renewed_it() throws Exception {
        variables.deploy("of-the-ca", ca("/shared-ca", "converge", "common_name: one"));
        variables.deploy("d", leaf("converge", "/shared-ca"));
        variables.deploy("e", ca("private", "converge", "common_name: e"), leaf("converge", "/slipway/e/private"));

        var shared = variables.deploy("of-the-ca", ca("/shared-ca", "converge", "common_name: two"));
        var after = variables.deploy("d", leaf("converge", "/shared-ca"));

        assertThat(Variables.doubt(
                        Variables.certificate(shared.get("/shared-ca")), Variables.certificate(after.get("leaf"))))
                .isEmpty();
    }

    @Test
    void a_ca_that_was_deleted_and_made_anew_signs_again() throws Exception {
        variables.deploy("of-the-ca", ca("ca", "no-overwrite", "common_name: same"));
        variables.deploy("d", leaf("converge", "/slipway/of-the-ca/ca"));
        variables.store.deleteOf("of-the-ca");
        var made = variables.deploy("of-the-ca", ca("ca", "no-overwrite", "common_name: same"));

        var after = variables.deploy("d", leaf("converge", "/slipway/of-the-ca/ca"));

        assertThat(Variables.doubt(Variables.certificate(made.get("ca")), Variables.certificate(after.get("leaf"))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca", "/slipway/d/ca"})
    void a_ca_comes_first_by_either_of_its_names(String name) throws Exception {
        assertSigned(
                variables.deploy("d", leaf("converge", name), ca("ca", "converge", "common_name: one")), "leaf", "ca");
        assertSigned(
                variables.deploy("d", leaf("converge", name), ca("ca", "converge", "common_name: two")), "leaf", "ca");
    }

    @Test
    void one_variable_has_one_value_in_a_run_by_whichever_name() {
        var definitions = Variables.defined("{name: pw, type: password, update_mode: overwrite}");
        variables.deploy("d", "{name: pw, type: password}");

        var values = variables
                .resolve(VariableRequest.newest("d", definitions, Set.of("pw", "/slipway/d/pw")))
                .values();

        assertThat(values.get("/slipway/d/pw")).isEqualTo(values.get("pw"));
    }

    @Test
    void a_certificate_that_signs_itself_may_get_a_ca_and_lose_it_again() throws Exception {
        String alone = "{name: leaf, type: certificate, update_mode: converge,"
                + " options: {key_type: ec, common_name: leaf, self_sign: true}}";
        String ca = ca("ca", "no-overwrite", "common_name: ca");
        variables.deploy("d", ca, alone);

        assertSigned(variables.deploy("d", ca, leaf("converge", "ca")), "leaf", "ca");
        assertSigned(variables.deploy("d", ca, alone), "leaf", "leaf");
    }

    @Test
    void signers_that_are_none_are_refused_before_anything_is_made() {
        for (String[] wrong : new String[][] {
            {leaf("converge", "ca"), "{name: ca, type: certificate, options: {common_name: x, self_sign: true}}"},
            {leaf("converge", "ca"), "{name: ca, type: rsa}"},
            {leaf("converge", "ghost")},
            {leaf("converge", "leaf")},
            {ca("a", "converge", "common_name: a, ca: b"), ca("b", "converge", "common_name: b, ca: a")}
        }) {
            String[] all = java.util.Arrays.copyOf(wrong, wrong.length + 1);
            all[wrong.length] = "{name: innocent, type: password}";
            assertThatThrownBy(() -> variables.deploy("d", all))
                    .as(String.join(", ", wrong))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(" CA");
        }
        assertThat(variables.store.row("/slipway/d/innocent")).isEmpty();
    }

    @Test
    void a_stored_value_that_is_no_ca_is_refused_as_one() {
        variables.deploy("d", "{name: plain, type: certificate, options: {common_name: x, self_sign: true}}");
        variables.deploy("d", "{name: pw, type: password}");

        assertThatThrownBy(() -> variables.deploy("d", leaf("converge", "plain")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("variable 'leaf': its CA is 'plain': 'CN=x' is not the certificate of a CA");
        assertThatThrownBy(() -> variables.deploy("d", leaf("converge", "pw")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("its CA is 'pw', and has no certificate");
    }
}
