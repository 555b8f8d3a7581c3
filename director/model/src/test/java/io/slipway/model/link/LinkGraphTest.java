package io.slipway.model.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsNumbers;
import io.slipway.model.link.LinkGraph.Address;
import io.slipway.model.link.LinkQuery.Health;
import io.slipway.model.plan.Groups;
import io.slipway.model.plan.PaperCatalog;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinkGraphTest {
    private static final PaperCatalog CATALOG = new PaperCatalog("""
            name: db
            properties: {password: {}}
            provides: [{name: conn, type: sql, properties: [password]}]
            """, """
            name: web
            consumes: [{name: primary, type: sql}, {name: backup, type: sql, optional: true}]
            """);
    private static final String GROUP = "vm_type: small, stemcell: default, instances: 1, azs: [z1], networks:"
            + " [{name: wide, default: [dns, gateway]}, {name: dhcp}]";
    private static final DnsNumbers NUMBERS = new DnsNumbers(
            Map.of("z1", 1L, "z2", 2L),
            Map.of("wide", 5L),
            Map.of(DnsGroup.ofInstances("shop", "data"), 7L, DnsGroup.ofLink("shop", "main", "sql"), 8L),
            Map.of());

    private static LinkGraph graph(String consumes, OtherDeployments others) {
        var spec = Groups.deployment(
                CATALOG,
                "[{name: data, " + GROUP + ", jobs: [{name: db, release: r, properties: {password: secret}, provides:"
                        + " {conn: {as: main, shared: true}}}]}, {name: front, " + GROUP
                        + ", jobs: [{name: web, release: r, consumes: {" + consumes + "}}]}]");
        return LinkResolver.resolve(spec, List.of(), others).graph();
    }

    @Test
    void tells_who_gives_and_who_takes() {
        var graph = graph("primary: {from: main, network: dhcp}, backup: nil", OtherDeployments.NONE);

        assertThat(graph.providers())
                .singleElement()
                .satisfies(one -> assertThat(
                                List.of(one.owner().name(), one.owner().group(), one.definition(), one.name()))
                        .containsExactly("db", "data", "conn", "main"))
                .satisfies(one -> assertThat(one.isShared()).isTrue())
                .satisfies(one -> assertThat(one.networks()).containsExactly("wide", "dhcp"));
        assertThat(graph.consumers())
                .extracting(LinkGraph.ConsumerNode::definition)
                .containsExactly("primary", "backup");
        assertThat(graph.edges()).singleElement().satisfies(edge -> {
            assertThat(edge.consumer().definition()).isEqualTo("primary");
            assertThat(edge.own()).isEqualTo(graph.providers().getFirst());
            assertThat(edge.address()).isEqualTo(new Address("shop", "data", "dhcp", "main-sql", false, false, ""));
        });
        assertThat(graph.toString()).doesNotContain("secret");
    }

    @Test
    void a_link_of_another_deployment_names_it() {
        var other = new SharedLink("bank", "safe", "sql", Map.of("deployment_name", "bank", "instance_group", "vault"));

        var graph = graph(
                "primary: {from: safe, deployment: bank}, backup: nil",
                name -> name.equals("bank") ? Optional.of(List.of(other)) : Optional.empty());

        assertThat(graph.edges()).singleElement().satisfies(edge -> {
            assertThat(edge.own()).isNull();
            assertThat(List.of(edge.deployment(), edge.provider())).containsExactly("bank", "safe");
            assertThat(edge.address().group()).isEqualTo("vault");
        });
    }

    @Test
    void what_the_manifest_gives_itself_is_a_provider_with_a_fixed_address() {
        var graph = graph("primary: {instances: [], address: db.example}, backup: nil", OtherDeployments.NONE);

        var edge = graph.edges().getFirst();
        assertThat(Objects.requireNonNull(edge.own()).owner().type()).isEqualTo("manual");
        assertThat(graph.providers()).contains(edge.own());
        assertThat(LinkQuery.of(edge.address(), NUMBERS, List.of("z1"), Health.ALL))
                .isEqualTo("db.example");
    }

    @Test
    void addresses_are_queries_by_az_and_health() {
        var plain = new Address("shop", "data", "wide", "main-sql", false, false, "");

        assertThat(LinkQuery.of(plain, NUMBERS, List.of(), Health.DEFAULT)).isEqualTo("q-s0.data.wide.shop.bosh");
        assertThat(LinkQuery.of(plain, NUMBERS, List.of("z2", "z1"), Health.HEALTHY))
                .isEqualTo("q-a1a2s3.data.wide.shop.bosh");
        assertThat(LinkQuery.of(
                        new Address("shop", "data", "wide", "main-sql", true, false, ""),
                        NUMBERS,
                        List.of("z1"),
                        Health.UNHEALTHY))
                .isEqualTo("q-a1n5s1.q-g7.bosh");
        assertThat(LinkQuery.of(
                        new Address("shop", "data", "wide", "main-sql", false, true, ""),
                        NUMBERS,
                        List.of(),
                        Health.ALL))
                .isEqualTo("q-n5s4.q-g8.bosh");
    }
}
