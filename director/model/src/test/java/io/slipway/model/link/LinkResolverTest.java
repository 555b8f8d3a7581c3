package io.slipway.model.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.plan.Groups;
import io.slipway.model.plan.PaperCatalog;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkResolverTest {
    private static final PaperCatalog CATALOG = new PaperCatalog("""
            name: db
            properties: {port: {default: 5432}, password: {}, hidden: {default: 1}}
            provides: [{name: conn, type: sql, properties: [port, password]}]
            """, """
            name: web
            consumes: [{name: primary, type: sql}, {name: backup, type: sql, optional: true}]
            """);
    private static final String GROUP = "vm_type: small, stemcell: default, instances: 1, azs: [z1], networks:"
            + " [{name: wide, default: [dns, gateway]}, {name: dhcp}]";
    private static final List<LinkInstance> INSTANCES =
            List.of(new LinkInstance("data", "id-1", 0, "z1", true, Map.of("wide", "10.1.0.2", "dhcp", "192.168.0.2")));

    private static ResolvedLinks resolve(String database, String web, OtherDeployments others) {
        var spec = Groups.deployment(
                CATALOG,
                "[{name: data, " + GROUP + ", jobs: [" + database + "]}, {name: front, " + GROUP + ", jobs: [" + web
                        + "]}]");
        return LinkResolver.resolve(spec, INSTANCES, others);
    }

    private static ResolvedLinks resolve(String database, String web) {
        return resolve(database, web, OtherDeployments.NONE);
    }

    private static String db(String more) {
        return "{name: db, release: r, properties: {password: secret}" + more + "}";
    }

    private static String web(String consumes) {
        return "{name: web, release: r, consumes: {" + consumes + "}}";
    }

    private static Map<?, ?> link(ResolvedLinks links, String name) {
        return (Map<?, ?>) links.forJob("front", "web").getOrDefault(name, Map.of());
    }

    private static Map<?, ?> firstInstance(ResolvedLinks links, String name) {
        return (Map<?, ?>) ((List<?>) Objects.requireNonNull(link(links, name).get("instances"))).getFirst();
    }

    private static String address(ResolvedLinks links, String name) {
        return String.valueOf(firstInstance(links, name).get("address"));
    }

    @Test
    void a_link_brings_the_instances_and_the_properties_that_its_provider_shows() {
        var links = resolve(db(""), web("backup: nil"));

        var primary = link(links, "primary");
        assertThat(primary.get("properties")).isEqualTo(Map.of("port", 5432, "password", "secret"));
        assertThat(primary.get("deployment_name")).isEqualTo("shop");
        assertThat(primary.get("instance_group")).isEqualTo("data");
        assertThat(primary.get("default_network")).isEqualTo("wide");
        assertThat(firstInstance(links, "primary"))
                .isEqualTo(Map.of(
                        "name",
                        "data",
                        "id",
                        "id-1",
                        "index",
                        0,
                        "bootstrap",
                        true,
                        "az",
                        "z1",
                        "address",
                        "10.1.0.2"));
        assertThat(links.forJob("front", "web")).doesNotContainKey("backup");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'primary: {from: conn}'                                   | 10.1.0.2
            'primary: {from: conn, network: dhcp}'                    | 192.168.0.2
            """)
    void a_consumer_chooses_the_network_of_addresses(String consumes, String address) {
        assertThat(address(resolve(db(""), web(consumes)), "primary")).isEqualTo(address);
    }

    @Test
    void a_consumer_says_whether_it_wants_ip_addresses() {
        assertThat(link(resolve(db(""), web("primary: {from: conn, ip_addresses: true}")), "primary")
                        .get("ip_addresses"))
                .isEqualTo(true);
        assertThat(link(resolve(db(""), web("primary: {from: conn}")), "primary")
                        .containsKey("ip_addresses"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                            | 'primary: {from: other}'                 | Failed to resolve link 'primary' with alias 'other' and type 'sql' from job 'web' in instance group 'front'. Details below: No link providers found
            ''                            | 'primary: {}'                            | No link providers found
            ''                            | 'primary: nil'                           | No link providers found
            ''                            | 'backup: {from: other}'                  | alias 'other'
            ', provides: {conn: nil}'     | ''                                       | No link providers found
            ', provides: {conn: 7}'       | ''                                       | should only be a hash or string 'nil'
            ', provides: {conn: {name: x}}' | ''                                     | Cannot specify 'name' or 'type'
            ''                            | 'primary: {from: conn, network: other}'  | does not belong to network 'other'
            ''                            | 'primary: {from: conn, instances: []}'   | Cannot specify both 'instances' and 'from'
            ''                            | 'primary: {properties: {}}'              | without 'instances'
            ''                            | 'primary: {ip_addresses: 1}'             | non boolean
            ''                            | 'primary: {type: x}'                     | Cannot specify 'name' or 'type'
            ''                            | 'primary: text'                          | should only be a hash or string 'nil'
            ''                            | 'primary: {from: conn, deployment: bank}' | consumes from deployment 'bank', but the deployment does not exist
            ', custom_provider_definitions: [{name: conn, type: x}]' | ''            | already defined in release 'r'
            ', custom_provider_definitions: [{name: a, type: x, properties: [none]}], provides: {a: {shared: true}}' | '' | Link property none in template db is not defined
            """)
    void what_cannot_be_resolved_is_named(String database, String consumes, String named) {
        assertThatThrownBy(() -> resolve(db(database), web(consumes)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(named);
    }

    @Test
    void two_providers_of_a_type_are_told_apart_by_name_only_where_the_manifest_says_so() {
        var twice = db("") + ", {name: db2, release: r}";
        var catalog = new PaperCatalog(
                "{name: db, provides: [{name: conn, type: sql}]}",
                "{name: db2, provides: [{name: conn2, type: sql}]}",
                "{name: web, consumes: [{name: primary, type: sql}]}");
        var spec = Groups.deployment(
                catalog,
                "[{name: data, " + GROUP + ", jobs: [" + twice + "]}, {name: front, " + GROUP
                        + ", jobs: [{name: web, release: r}]}]");

        assertThatThrownBy(() -> LinkResolver.resolve(spec, INSTANCES, OtherDeployments.NONE))
                .hasMessageContaining("Multiple link providers found")
                .hasMessageContaining("'conn' from job 'db' in instance group 'data' in deployment 'shop'")
                .hasMessageContaining("'conn2' from job 'db2'");
    }

    @Test
    void a_provider_that_the_manifest_defines_is_as_good_as_one_of_the_release() {
        var links = resolve(
                db(", provides: {conn: nil, mine: {as: alias}}, custom_provider_definitions:"
                        + " [{name: mine, type: sql, properties: [port, hidden]}]"),
                web("primary: {from: alias}"));

        assertThat(link(links, "primary").get("properties")).isEqualTo(Map.of("port", 5432, "hidden", 1));
        assertThat(link(links, "primary").get("group_name")).isEqualTo("alias-sql");
    }

    @Test
    void a_manual_link_is_what_the_manifest_says() {
        var links = resolve(
                db(""), web("primary: {instances: [{address: far.away}], properties: {port: 1}, address: any.where}"));

        assertThat(link(links, "primary"))
                .isEqualTo(Map.of(
                        "deployment_name",
                        "shop",
                        "instances",
                        List.of(Map.of("address", "far.away")),
                        "properties",
                        Map.of("port", 1),
                        "address",
                        "any.where"));
    }

    @Test
    void a_manual_link_has_no_more_than_the_manifest_says() {
        var links = resolve(db(""), web("primary: {instances: [{address: far.away, properties: {port: 1}}]}"));

        assertThat(Yaml.canonicalJson(link(links, "primary")))
                .isEqualTo("{\"address\":null,\"deployment_name\":\"shop\",\"instances\":"
                        + "[{\"address\":\"far.away\",\"properties\":{\"port\":1}}],\"properties\":null}");
    }

    @Test
    void a_link_has_a_node_for_every_property_that_its_provider_shows() {
        var links = resolve("{name: db, release: r}", web(""));
        var emptied = resolve("{name: db, release: r, properties: {port: ~, password: x}}", web(""));

        assertThat(Yaml.canonicalJson(link(links, "primary").get("properties")))
                .isEqualTo("{\"password\":null,\"port\":5432}");
        assertThat(Yaml.canonicalJson(link(emptied, "primary").get("properties")))
                .isEqualTo("{\"password\":\"x\",\"port\":null}");
    }

    @Test
    void a_link_is_taken_from_another_deployment_that_shares_it() {
        var provider = resolve(db(", provides: {conn: {as: db, shared: true}}"), web(""));
        assertThat(provider.shared()).hasSize(1);
        OtherDeployments others = name -> name.equals("bank") ? Optional.of(provider.shared()) : Optional.empty();

        var consumer = resolve(
                "{name: db, release: r}",
                web("primary: {from: db, deployment: bank, network: dhcp}, backup: nil"),
                others);

        assertThat(address(consumer, "primary")).isEqualTo("192.168.0.2");
        assertThat(link(consumer, "primary").get("properties")).isEqualTo(Map.of("port", 5432, "password", "secret"));
        assertThat(consumer.taken()).isEqualTo(provider.shared());
        assertThatThrownBy(() -> resolve(db(""), web("primary: {from: conn, deployment: bank}"), others))
                .hasMessageContaining("No link providers found");
    }

    @Test
    void links_that_no_release_knows_are_reported_and_stop_nothing() {
        var links = resolve(db(", provides: {nothing: {as: x}}"), web("nobody: {from: y}"));

        assertThat(links.warnings())
                .anyMatch(one -> one.contains("'nothing'"))
                .anyMatch(one -> one.contains("'nobody'"));
    }
}
