package io.slipway.model.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.Groups;
import io.slipway.model.plan.PaperCatalog;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CertificateLinksTest {
    private static final DeploymentSpec SPEC = Groups.deployment(
            new PaperCatalog("{name: app, provides: [{name: conn, type: sql}]}"),
            "[{name: server_ig, vm_type: small, stemcell: default, instances: 2, azs: [z1],"
                    + " networks: [{name: wide, default: [dns, gateway]}, {name: dhcp}],"
                    + " jobs: [{name: app, release: r, provides: {where: {as: app-address}},"
                    + " custom_provider_definitions: [{name: where, type: address}]}]}]");

    private static List<VariableDefinition> definitions(String... variables) {
        return Manifest.heading(
                        Yaml.parseMap("{name: shop, variables: [" + String.join(", ", variables) + "]}", "manifest"))
                .definitions();
    }

    private static Map<String, Object> options(String options, String consumes) {
        var definitions = definitions(
                "{name: cert, type: certificate, options: {" + options + "}, consumes: {" + consumes + "}}");
        return CertificateLinks.named(
                        SPEC,
                        definitions,
                        address -> "q-s0." + address.group() + "." + address.network() + "." + address.link())
                .getFirst()
                .options();
    }

    @Test
    void the_names_of_providers_are_added_to_the_alternative_names() {
        assertThat(options("alternative_names: [a.example]", "alternative_name: {from: app-address}"))
                .containsEntry("alternative_names", List.of("a.example", "q-s0.server_ig.wide.app-address-address"));
        assertThat(options("", "alternative_name: {from: app-address, properties: {wildcard: true}}"))
                .containsEntry("alternative_names", List.of("*.server_ig.wide.app-address-address"));
        assertThat(options("", "alternative_name: {from: conn, link_type: sql}"))
                .containsEntry("alternative_names", List.of("q-s0.server_ig.wide.conn-sql"));
    }

    @Test
    void a_common_name_comes_from_a_link_where_the_options_have_none() {
        assertThat(options("", "common_name: {from: app-address}"))
                .containsEntry("common_name", "q-s0.server_ig.wide.app-address-address");
        assertThat(options("common_name: mine", "common_name: {from: app-address}"))
                .isEqualTo(Map.of("common_name", "mine"));
    }

    @Test
    void a_name_that_is_too_long_for_a_common_name_is_an_alternative_name_alone() {
        String fitting = "a".repeat(64);
        String tooLong = "a".repeat(65);

        assertThat(named("{}", "{common_name: {from: app-address}}", fitting))
                .isEqualTo(Map.of("common_name", fitting));
        assertThat(named("{}", "{common_name: {from: app-address}}", tooLong))
                .isEqualTo(Map.of("alternative_names", List.of(tooLong)));
        assertThat(named(
                        "{organization: o, alternative_names: [a.example]}",
                        "{common_name: {from: app-address}}",
                        tooLong))
                .isEqualTo(Map.of("organization", "o", "alternative_names", List.of("a.example", tooLong)));
        assertThat(named("{}", "{common_name: {from: app-address}, alternative_name: {from: app-address}}", tooLong))
                .isEqualTo(Map.of("alternative_names", List.of(tooLong)));
        assertThat(named("{common_name: mine}", "{common_name: {from: app-address}}", tooLong))
                .isEqualTo(Map.of("common_name", "mine"));
    }

    private static Map<String, Object> named(String options, String consumes, String name) {
        return CertificateLinks.named(
                        SPEC,
                        definitions("{name: cert, type: certificate, options: " + options + ", consumes: " + consumes
                                + "}"),
                        address -> name)
                .getFirst()
                .options();
    }

    @Test
    void a_link_that_nobody_provides_is_named_with_its_variable() {
        var definitions = definitions(
                "{name: one, type: certificate, consumes: {alternative_name: {from: nowhere}}}",
                "{name: two, type: certificate, consumes: {common_name: {from: conn}}}");

        assertThatThrownBy(() -> CertificateLinks.named(SPEC, definitions, address -> "x"))
                .isInstanceOfSatisfying(InvalidInput.class, invalid -> assertThat(invalid.problems())
                        .containsExactly(
                                new Problem(
                                        ErrorCodes.INVALID_LINK,
                                        "variables.one.consumes.alternative_name",
                                        "Failed to resolve link 'alternative_name' with alias 'nowhere' and type 'address' from"
                                                + " variable 'one'. Details below: No link providers found"),
                                new Problem(
                                        ErrorCodes.INVALID_LINK,
                                        "variables.two.consumes.common_name",
                                        "Failed to resolve link 'common_name' with alias 'conn' and type 'address' from variable"
                                                + " 'two'. Details below: No link providers found")));
    }

    @Test
    void what_consumes_nothing_stays_as_it_is() {
        var definitions =
                definitions("{name: pw, type: password}", "{name: ca, type: certificate, options: {is_ca: true}}");

        assertThat(CertificateLinks.named(SPEC, definitions, address -> "x")).isEqualTo(definitions);
    }
}
