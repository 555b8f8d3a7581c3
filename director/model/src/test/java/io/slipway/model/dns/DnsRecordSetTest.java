package io.slipway.model.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.model.name.DnsLabel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DnsRecordSetTest {
    private static final DnsGroup WEB = DnsGroup.ofInstances("Dep_1", "web_x");
    private static final DnsGroup LINK = DnsGroup.ofLink("Dep_1", "front", "http");
    private static final DnsNumbers NUMBERS = new DnsNumbers(
            Map.of("z1", 1L), Map.of("Net_A", 5L), Map.of(WEB, 3L, LINK, 9L), Map.of("uuid-0", 11L, "uuid-1", 12L));
    private static final DnsRecord FIRST =
            new DnsRecord("uuid-0", "web_x", List.of(LINK), "z1", "Net_A", "Dep_1", "10.0.0.1", "agent-0", 0);
    private static final DnsRecord SECOND =
            new DnsRecord("uuid-1", "web_x", List.of(), "", "Net_A", "Dep_1", "10.0.0.2", "agent-1", 1);

    @Example
    void is_written_as_bosh_dns_reads_it() throws Exception {
        var aliases = List.of(new DnsAlias("front.internal", "9", "healthy", "", ""));

        var json = new JsonMapper().readTree(new DnsRecordSet(NUMBERS, List.of(SECOND, FIRST), aliases).json(42));

        assertThat(json).isEqualTo(new JsonMapper().readTree("""
                {"version": 42,
                 "records": [["10.0.0.1", "uuid-0.web-x.net-a.dep-1.bosh"], ["10.0.0.2", "uuid-1.web-x.net-a.dep-1.bosh"]],
                 "record_keys": ["id", "num_id", "instance_group", "group_ids", "az", "az_id", "network", "network_id",
                                 "deployment", "ip", "domain", "agent_id", "instance_index"],
                 "record_infos": [
                   ["uuid-0", "11", "web-x", ["3", "9"], "z1", "1", "net-a", "5", "dep-1", "10.0.0.1", "bosh", "agent-0", 0],
                   ["uuid-1", "12", "web-x", ["3"], null, null, "net-a", "5", "dep-1", "10.0.0.2", "bosh", "agent-1", 1]],
                 "aliases": {"front.internal": [
                   {"root_domain": "bosh", "group_id": "9", "health_filter": "healthy", "initial_health_check": null,
                    "placeholder_type": null}]}}
                """));
    }

    @Property(tries = 50)
    void does_not_depend_on_the_order_in_which_records_come(@ForAll Random chance) {
        var shuffled = new ArrayList<>(List.of(FIRST, SECOND));
        Collections.shuffle(shuffled, chance);

        assertThat(new DnsRecordSet(NUMBERS, shuffled, List.of()).json(1))
                .isEqualTo(new DnsRecordSet(NUMBERS, List.of(FIRST, SECOND), List.of()).json(1));
    }

    @Property
    void every_canonical_label_is_its_own_canonical_label(@ForAll String name) {
        String label = DnsLabel.canonical(name);

        assertThat(label).matches("[a-z0-9-]*");
        assertThat(DnsLabel.canonical(label)).isEqualTo(label);
    }

    @Example
    void makes_long_and_short_names() {
        assertThat(DnsNames.instance("uuid-0", "web_x", "Net_A", "Dep_1")).isEqualTo("uuid-0.web-x.net-a.dep-1.bosh");
        assertThat(new DnsNames(NUMBERS).shortInstance("uuid-0", WEB, "Net_A")).isEqualTo("q-m11n5s0.q-g3.bosh");
        assertThat(new DnsNames(NUMBERS).shortInstance("uuid-1", LINK, "Net_A")).isEqualTo("q-m12n5s0.q-g9.bosh");
    }
}
