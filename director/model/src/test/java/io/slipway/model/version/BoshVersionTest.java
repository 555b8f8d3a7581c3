package io.slipway.model.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoshVersionTest {

    @Test
    void orders_versions_as_bosh_does() {
        var ordered = List.of(
                "0",
                "0.9",
                "1-alpha",
                "1-alpha.1",
                "1-beta",
                "1",
                "1+1",
                "1+2",
                "1+10",
                "1+dev.1",
                "1+dev.1-2",
                "1.1-rc.1",
                "1.1-rc.1+dev.3",
                "1.1",
                "1.2",
                "1.10",
                "2.a",
                "10",
                "20260101000000",
                "final");

        var shuffled = Stream.concat(
                        ordered.reversed().stream(), ordered.stream().skip(7))
                .distinct()
                .map(BoshVersion::parse)
                .sorted()
                .map(BoshVersion::text);

        assertThat(shuffled).containsExactlyElementsOf(ordered);
    }

    @ParameterizedTest
    @CsvSource({"1, 1.0", "1.2, 1.2.0.0", "1-alpha, 1.0-alpha.0", "1+dev.1, 1.0.0+dev.1", "007, 7"})
    void takes_missing_parts_for_zero(String one, String other) {
        assertThat(BoshVersion.parse(one)).isEqualByComparingTo(BoshVersion.parse(other));
    }

    @Test
    void puts_a_number_too_long_for_a_number_among_the_words() {
        String endless = "9".repeat(40);

        assertThat(BoshVersion.parse(endless)).isGreaterThan(BoshVersion.parse("1"));
        assertThat(BoshVersion.parse(endless)).isLessThan(BoshVersion.parse("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0.16", "1.2.3-rc.1", "1.2.3+dev.4", "1_2", "2026.01.01-x+y-z", "latest"})
    void knows_what_has_the_form_of_a_version(String text) {
        assertThat(BoshVersion.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1 2", "1/2", "../1", "1+", "-1", "+1", "1+a+b", "1\n", "é"})
    void knows_what_has_not(String text) {
        assertThat(BoshVersion.isValid(text)).isFalse();
    }

    @Property(tries = 500)
    void comparing_the_other_way_round_gives_the_opposite(
            @ForAll("versions") String one, @ForAll("versions") String other) {
        int order = BoshVersion.parse(one).compareTo(BoshVersion.parse(other));

        assertThat(Integer.signum(BoshVersion.parse(other).compareTo(BoshVersion.parse(one))))
                .isEqualTo(-Integer.signum(order));
    }

    @Property(tries = 500)
    void what_is_before_something_is_before_all_that_follows(
            @ForAll("versions") String one, @ForAll("versions") String two, @ForAll("versions") String three) {
        var sorted = Stream.of(one, two, three).map(BoshVersion::parse).sorted().toList();

        assertThat(sorted.get(0)).isLessThanOrEqualTo(sorted.get(1));
        assertThat(sorted.get(1)).isLessThanOrEqualTo(sorted.get(2));
        assertThat(sorted.get(0)).isLessThanOrEqualTo(sorted.get(2));
    }

    @Provide
    Arbitrary<String> versions() {
        return Arbitraries.strings().withChars("01a.-+").ofMaxLength(7);
    }

    @ParameterizedTest
    @CsvSource({"10.9-dev, 10+dev.9", "1.2, 1.2", "1-rc.1+dev.3, 1-rc.1+dev.3", "9.1.8-dev, 9.1+dev.8"})
    void writes_old_development_versions_as_new_ones(String old, String today) {
        assertThat(BoshVersion.parse(old).normalized().text()).isEqualTo(today);
    }

    @ParameterizedTest
    @CsvSource({
        "10+dev.9, '', 10+dev.1",
        "1.0.0-RC.1+dev.10, '', 1.0.0-RC.1+dev.1",
        "9+dev.9, 9.1, 9+dev.1",
        "9.1+dev.8, '9.1 9.1+dev.1', 9.1+dev.2",
        "9.1+dev.8, '9.1+dev.9 9.1+dev.10', 9.1+dev.11",
        "9.2+dev.9, '9.1 9.1+dev.1', 9.2+dev.1",
        "9.1+dev.5, '9.1 9.2', 9.1+dev.1",
        "9.1+dev.5, 9.1+build, 9.1+build.1",
    })
    void rebases_on_those_that_are_there_as_bosh_does(String version, String present, String next) {
        var there = Stream.of(present.split(" "))
                .filter(text -> !text.isEmpty())
                .map(BoshVersion::parse)
                .toList();

        assertThat(BoshVersion.parse(version).rebasedOn(there).text()).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        "1.2, latest, true",
        "1.2, 1.latest, true",
        "1.2, 1.2.latest, true",
        "11.2, 1.latest, false",
        "1-rc.1, 1.latest, true",
        "1+dev.2, 1.2-dev, true",
        "1.2, 1.2, true",
        "1.2, 1.20, false",
    })
    void knows_which_versions_a_word_allows(String version, String wanted, boolean isMeant) {
        assertThat(BoshVersion.parse(version).isMeantBy(wanted)).isEqualTo(isMeant);
    }
}
