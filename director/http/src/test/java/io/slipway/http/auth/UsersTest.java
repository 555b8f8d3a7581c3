package io.slipway.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.auth.Users.Credential;
import io.slipway.http.auth.Users.Outcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class UsersTest {
    private static final Origin HOME = origin("1.1.1.1");
    private static final Origin ELSEWHERE = origin("2.2.2.2");

    private Instant now = Instant.EPOCH;
    private final InstantSource clock = () -> now;
    private final Users users = new Users(
            List.of(new Credential("admin", "right", "admin"), new Credential("reader", "right", "readonly")), clock);

    @Test
    void knows_who_gives_the_right_password_and_what_they_may_do() {
        assertThat(users.authenticate(HOME, "admin", "right"))
                .isEqualTo(new Outcome.Right(new Users.User("admin", true, false)));
        assertThat(users.authenticate(HOME, "reader", "right"))
                .isEqualTo(new Outcome.Right(new Users.User("reader", false, false)));
        assertThat(users.authenticate(HOME, "admin", "wrong")).isEqualTo(new Outcome.Wrong());
        assertThat(users.authenticate(HOME, "nobody", "right")).isEqualTo(new Outcome.Wrong());
    }

    @Test
    void makes_who_is_wrong_often_wait_longer_and_longer() {
        guess(HOME, 6);
        assertThat(users.authenticate(HOME, "admin", "right")).isEqualTo(new Outcome.TooOften(Duration.ofSeconds(1)));

        now = now.plusSeconds(1);
        guess(HOME, 1);
        assertThat(users.authenticate(HOME, "admin", "right")).isEqualTo(new Outcome.TooOften(Duration.ofSeconds(2)));

        for (int guess = 0; guess < 20; guess++) {
            now = now.plusSeconds(60);
            guess(HOME, 1);
        }
        assertThat(users.authenticate(HOME, "admin", "right")).isEqualTo(new Outcome.TooOften(Duration.ofSeconds(60)));
    }

    @Test
    void tells_a_guesser_nothing_though_the_user_was_right_elsewhere() {
        users.authenticate(HOME, "admin", "right");
        guess(ELSEWHERE, 6);

        assertThat(users.authenticate(ELSEWHERE, "admin", "right"))
                .as("the right password among the guesses")
                .isEqualTo(users.authenticate(ELSEWHERE, "admin", "wrong"))
                .isInstanceOf(Outcome.TooOften.class);
    }

    @Test
    void lets_those_be_who_were_right_from_where_they_are() {
        users.authenticate(HOME, "admin", "right");
        users.authenticate(HOME, "reader", "right");
        guess(HOME, 6);
        guess(ELSEWHERE, 6);

        assertThat(users.authenticate(HOME, "admin", "right")).isInstanceOf(Outcome.Right.class);
        assertThat(users.authenticate(HOME, "reader", "right")).isInstanceOf(Outcome.Right.class);
        assertThat(users.authenticate(origin("3.3.3.3"), "admin", "right"))
                .as("from where nobody guesses")
                .isInstanceOf(Outcome.Right.class);
    }

    @Test
    void tells_nobody_which_names_there_are() {
        var known = new ArrayList<Outcome>();
        var unknown = new ArrayList<Outcome>();
        for (int guess = 0; guess < 10; guess++) {
            known.add(users.authenticate(HOME, "admin", "guess " + guess));
            unknown.add(users.authenticate(ELSEWHERE, "name " + guess, "guess " + guess));
        }

        assertThat(known).isEqualTo(unknown).last().isInstanceOf(Outcome.TooOften.class);
        assertThat(users.authenticate(HOME, "nobody", "wrong"))
                .isEqualTo(users.authenticate(HOME, "reader", "wrong"))
                .isEqualTo(users.authenticate(ELSEWHERE, "admin", "wrong"));
    }

    @Test
    void lets_nobody_guess_at_will_by_being_right_for_themselves_in_between() {
        var answers = new ArrayList<Outcome>();
        for (int guess = 0; guess < 10; guess++) {
            users.authenticate(HOME, "reader", "right");
            answers.add(users.authenticate(HOME, "admin", "guess " + guess));
        }

        assertThat(answers.subList(6, 10)).allMatch(Outcome.TooOften.class::isInstance);
    }

    @Test
    void begins_anew_after_a_quarter_of_an_hour() {
        guess(HOME, 6);
        now = now.plus(Duration.ofMinutes(16));

        guess(HOME, 4);
        assertThat(users.authenticate(HOME, "admin", "wrong again")).isEqualTo(new Outcome.Wrong());
        assertThat(users.authenticate(HOME, "admin", "right")).isInstanceOf(Outcome.Right.class);
    }

    @Test
    void takes_a_network_of_ipv6_for_one_guesser() {
        for (int host = 1; host <= 6; host++) {
            users.authenticate(origin("2001:db8:1:2::" + host), "admin", "guess " + host);
        }

        assertThat(users.authenticate(origin("2001:db8:1:2:ffff::1"), "admin", "right"))
                .isInstanceOf(Outcome.TooOften.class);
        assertThat(users.authenticate(origin("2001:db8:1:3::1"), "admin", "right"))
                .isInstanceOf(Outcome.Right.class);
    }

    @Test
    void looks_at_so_many_wrong_ones_only_from_all_places_together() {
        users.authenticate(HOME, "admin", "right");
        int looked = 0;
        for (int source = 0; source < 1000; source++) {
            var answer = users.authenticate(origin("10.0." + source / 250 + "." + source % 250), "admin", "guess");
            looked += answer instanceof Outcome.Wrong ? 1 : 0;
        }

        assertThat(looked).isEqualTo(100);
        assertThat(users.authenticate(ELSEWHERE, "admin", "right")).isInstanceOf(Outcome.TooOften.class);
        assertThat(users.authenticate(HOME, "admin", "right"))
                .as("from where the user was right before")
                .isInstanceOf(Outcome.Right.class);

        now = now.plusSeconds(1);
        assertThat(users.authenticate(ELSEWHERE, "admin", "right")).isInstanceOf(Outcome.Right.class);
    }

    @Test
    void looks_at_no_more_where_all_come_at_once() throws Exception {
        var guesses = new ArrayList<Callable<Outcome>>();
        for (int guess = 0; guess < 200; guess++) {
            guesses.add(() -> users.authenticate(HOME, "admin", "wrong"));
        }

        try (var threads = Executors.newFixedThreadPool(16)) {
            int looked = 0;
            for (var answer : threads.invokeAll(guesses)) {
                looked += answer.get() instanceof Outcome.Wrong ? 1 : 0;
            }
            assertThat(looked).isEqualTo(6);
        }
    }

    @Test
    void remembers_no_more_than_it_has_room_for() {
        users.authenticate(HOME, "admin", "right");
        for (int source = 0; source < 10_000; source++) {
            users.authenticate(origin("10.0." + source / 256 + "." + source % 256), "admin", "right");
        }

        guess(HOME, 6);
        assertThat(users.authenticate(HOME, "admin", "right"))
                .as("from where it was right longest ago")
                .isInstanceOf(Outcome.TooOften.class);
        guess(origin("10.0.39.15"), 6);
        assertThat(users.authenticate(origin("10.0.39.15"), "admin", "right")).isInstanceOf(Outcome.Right.class);
    }

    private void guess(Origin origin, int times) {
        for (int guess = 0; guess < times; guess++) {
            users.authenticate(origin, "admin", "guess " + guess);
        }
    }

    private static Origin origin(String address) {
        try {
            return Origin.of(InetAddress.getByName(address));
        } catch (UnknownHostException notAnAddress) {
            throw new AssertionError(notAnAddress);
        }
    }
}
