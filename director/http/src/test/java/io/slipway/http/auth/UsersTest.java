package io.slipway.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.auth.Users.Credential;
import io.slipway.http.auth.Users.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsersTest {
    private Instant now = Instant.EPOCH;
    private final InstantSource clock = () -> now;
    private final Users users = new Users(
            List.of(new Credential("admin", "right", "admin"), new Credential("reader", "right", "readonly")), clock);

    @Test
    void knows_who_gives_the_right_password_and_what_they_may_do() {
        assertThat(users.authenticate("1.1.1.1", "admin", "right"))
                .isEqualTo(new Outcome.Right(new Users.User("admin", true)));
        assertThat(users.authenticate("1.1.1.1", "reader", "right"))
                .isEqualTo(new Outcome.Right(new Users.User("reader", false)));
        assertThat(users.authenticate("1.1.1.1", "admin", "wrong")).isEqualTo(new Outcome.Wrong());
        assertThat(users.authenticate("1.1.1.1", "nobody", "right")).isEqualTo(new Outcome.Wrong());
    }

    @Test
    void makes_who_is_wrong_often_wait_longer_and_longer() {
        guess("1.1.1.1", 6);
        assertThat(users.authenticate("1.1.1.1", "admin", "right"))
                .isEqualTo(new Outcome.TooOften(Duration.ofSeconds(1)));

        now = now.plusSeconds(1);
        guess("1.1.1.1", 1);
        assertThat(users.authenticate("1.1.1.1", "admin", "right"))
                .isEqualTo(new Outcome.TooOften(Duration.ofSeconds(2)));

        for (int guess = 0; guess < 20; guess++) {
            now = now.plusSeconds(60);
            guess("1.1.1.1", 1);
        }
        assertThat(users.authenticate("1.1.1.1", "admin", "right"))
                .isEqualTo(new Outcome.TooOften(Duration.ofSeconds(60)));
    }

    @Test
    void lets_others_be_and_who_was_right_before() {
        users.authenticate("1.1.1.1", "reader", "right");
        guess("1.1.1.1", 6);

        assertThat(users.authenticate("2.2.2.2", "admin", "right")).isInstanceOf(Outcome.Right.class);
        assertThat(users.authenticate("1.1.1.1", "reader", "right")).isInstanceOf(Outcome.Right.class);
    }

    @Test
    void begins_anew_with_who_is_right_at_last() {
        guess("1.1.1.1", 6);
        now = now.plusSeconds(2);
        assertThat(users.authenticate("1.1.1.1", "admin", "right")).isInstanceOf(Outcome.Right.class);

        guess("1.1.1.1", 5);
        assertThat(users.authenticate("1.1.1.1", "admin", "wrong again")).isEqualTo(new Outcome.Wrong());
    }

    private void guess(String address, int times) {
        for (int guess = 0; guess < times; guess++) {
            users.authenticate(address, "admin", "guess " + guess);
        }
    }
}
