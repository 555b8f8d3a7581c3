package io.slipway.health.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.health.alert.AlertBook.Scope;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertBookTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Scope SHOP = Scope.deployment("shop");

    @Test
    void tells_once_that_an_alert_begins_and_once_that_it_ends() {
        var begun = AlertBook.EMPTY.lookedAt(SHOP, List.of(alert("a", START)), List.of(), true, START);
        var lasting = begun.book().lookedAt(SHOP, List.of(alert("a", START.plusSeconds(5))), List.of(), true, START);
        var ended = lasting.book().lookedAt(SHOP, List.of(), List.of(), true, START.plusSeconds(10));

        assertThat(begun.news()).singleElement().satisfies(one -> assertThat(one.isResolved())
                .isFalse());
        assertThat(lasting.news()).isEmpty();
        assertThat(ended.news()).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo(begun.news().getFirst().id());
            assertThat(one.raisedAt()).isEqualTo(START);
            assertThat(one.resolvedAt()).isEqualTo(START.plusSeconds(10));
        });
        assertThat(ended.book().open()).isEmpty();
    }

    @Test
    void ends_nothing_while_too_little_is_known_and_nothing_of_others() {
        var begun = AlertBook.EMPTY.lookedAt(SHOP, List.of(alert("a", START)), List.of(), true, START);

        assertThat(begun.book()
                        .lookedAt(SHOP, List.of(), List.of(), false, START)
                        .news())
                .isEmpty();
        assertThat(begun.book()
                        .lookedAt(Scope.deployment("other"), List.of(), List.of(), true, START)
                        .news())
                .isEmpty();
    }

    @Test
    void what_follows_from_something_larger_neither_begins_nor_ends() {
        var begun = AlertBook.EMPTY.lookedAt(SHOP, List.of(alert("a", START)), List.of(), true, START);

        var larger = begun.book()
                .lookedAt(
                        SHOP, List.of(alert("all", START)), List.of(alert("a", START), alert("b", START)), true, START);

        assertThat(larger.news()).singleElement().satisfies(one -> assertThat(one.key())
                .isEqualTo("rule|all"));
        assertThat(larger.book().open()).containsOnlyKeys("rule|a", "rule|all");
    }

    @Test
    void tells_again_when_it_becomes_worse() {
        var begun = AlertBook.EMPTY.lookedAt(SHOP, List.of(alert("a", START)), List.of(), true, START);
        var worse = Alert.raised(
                "rule",
                "a",
                Severity.ALERT,
                "",
                "worse",
                "",
                "",
                Alert.Subject.deployment("shop"),
                START.plusSeconds(9));

        var told = begun.book().lookedAt(SHOP, List.of(worse), List.of(), true, START.plusSeconds(9));

        assertThat(told.news()).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo(begun.news().getFirst().id());
            assertThat(one.severity()).isEqualTo(Severity.ALERT);
            assertThat(one.title()).isEqualTo("worse");
        });
    }

    private static Alert alert(String about, Instant at) {
        return Alert.raised(
                "rule",
                about,
                Severity.WARNING,
                "",
                "title",
                "summary",
                "source",
                Alert.Subject.deployment("shop"),
                at);
    }
}
