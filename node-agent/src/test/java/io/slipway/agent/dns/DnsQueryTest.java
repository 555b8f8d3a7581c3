package io.slipway.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DnsQueryTest {
    record Filter(String key, int value) {}

    @Provide
    Arbitrary<List<Filter>> filters() {
        return Combinators.combine(
                        Arbitraries.of("a", "i", "m", "n", "s", "y"),
                        Arbitraries.integers().between(0, 99_999))
                .as(Filter::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Property
    void every_filter_is_found_again(@ForAll("filters") List<Filter> filters) throws Exception {
        var text = filters.stream().map(filter -> filter.key() + filter.value()).collect(Collectors.joining());

        var query = DnsQuery.parse("q-" + text + ".q-g12");

        for (var filter : filters) {
            assertThat(query.filters().get(filter.key())).contains(Integer.toString(filter.value()));
        }
        assertThat(query.filters().get("g")).containsExactly("12");
    }

    @Property
    void a_record_answers_to_its_own_names(
            @ForAll("numbers") String number, @ForAll("numbers") String az, @ForAll("numbers") String group)
            throws Exception {
        var record = new DnsRecord(
                "uuid", number, "web", List.of("77", group), az, "net", "5", "dep", "10.0.0.1", "bosh", "agent", "0");

        assertThat(DnsQuery.parse("q-a" + az + "m" + number + "n5s0.q-g" + group)
                        .matches(record))
                .isTrue();
        assertThat(DnsQuery.parse("q-a" + az + "i0s3.web.net.dep").matches(record))
                .isTrue();
        assertThat(DnsQuery.parse("uuid.web.net.dep").matches(record)).isTrue();
        assertThat(DnsQuery.parse("q-s0.we*.*.*ep").matches(record)).isTrue();
        assertThat(DnsQuery.parse("q-a9999" + az + "s0.web.net.dep").matches(record))
                .isFalse();
        assertThat(DnsQuery.parse("q-s0.web.net.other").matches(record)).isFalse();
        assertThat(DnsQuery.parse("q-s0.q-g9999" + group).matches(record)).isFalse();
    }

    @Provide
    Arbitrary<String> numbers() {
        return Arbitraries.integers().between(1, 9_999).map(String::valueOf);
    }

    @Property
    void nothing_else_than_malformed_is_thrown(@ForAll String anything) {
        try {
            DnsQuery.parse(anything);
        } catch (DnsQuery.Malformed expected) {
            assertThat(expected).hasMessageContaining("'");
        }
    }

    @Example
    void several_values_of_a_filter_are_alternatives() throws Exception {
        var query = DnsQuery.parse("q-a1a2s0.web.net.dep");

        assertThat(query.filters().get("a")).containsExactly("1", "2");
        assertThat(query.health()).isEqualTo(DnsQuery.Health.SMART);
        assertThat(DnsQuery.parse("q-s1.x.y.z").health()).isEqualTo(DnsQuery.Health.UNHEALTHY);
        assertThat(DnsQuery.parse("q-s4.x.y.z").health()).isEqualTo(DnsQuery.Health.ALL);
    }

    @Example
    void a_query_that_asks_for_nothing_is_malformed() {
        assertThatThrownBy(() -> DnsQuery.parse("q-.web.net.dep")).hasMessageContaining("q-");
        assertThatThrownBy(() -> DnsQuery.parse("q-s0.web.net")).hasMessageContaining("3 parts");
    }
}
