package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.slipway.http.Endpoint;
import io.slipway.http.auth.Scopes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Who may ask what, of every endpoint that there is. */
@ExtendWith(DirectorExtension.class)
class AccessTest {
    private final RunningDirector director;

    AccessTest(RunningDirector director) {
        this.director = director;
    }

    @Test
    void every_endpoint_refuses_whom_it_does_not_know() throws IOException {
        for (Endpoint endpoint : director.endpoints()) {
            for (var stranger : List.of(
                    RunningDirector.NOBODY,
                    Exchange.as("admin", "wrong"),
                    Exchange.as("", ""),
                    Map.of("Authorization", "Bearer x"),
                    Map.of("Authorization", "Basic !"))) {
                var answer = director.send(endpoint.method(), filled(endpoint), stranger, "");

                assertThat(answer.status())
                        .as(endpoint.method() + " " + endpoint.path())
                        .isIn(401, 429);
                assertThat(RunningDirector.JSON
                                .readTree(answer.body())
                                .path("code")
                                .asInt())
                        .isEqualTo(600000);
            }
        }
    }

    @Test
    void every_change_is_refused_to_readers() throws IOException {
        int refused = 0;
        for (Endpoint endpoint : director.endpoints()) {
            if (Scopes.isForAdmins(endpoint.method(), endpoint.path())) {
                var answer = director.send(endpoint.method(), filled(endpoint), RunningDirector.READER, "{}");

                assertThat(answer.status())
                        .as(endpoint.method() + " " + endpoint.path())
                        .isEqualTo(401);
                assertThat(answer.body()).contains("may only read");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(30);
        assertThat(director.json("/tasks?verbose=2"))
                .noneMatch(task -> task.path("user").asText().equals("reader"));
    }

    @Test
    void what_bosh_shows_to_readers_is_shown_to_them() throws IOException {
        int shown = 0;
        for (Endpoint endpoint : director.endpoints()) {
            if (!Scopes.isForAdmins(endpoint.method(), endpoint.path())) {
                var answer = director.send("GET", filled(endpoint) + "?type=event", RunningDirector.READER, "");

                assertThat(answer.status())
                        .as(endpoint.path())
                        .isNotIn(401, 403, 405)
                        .isLessThan(500);
                shown++;
            }
        }
        assertThat(shown).isGreaterThan(10);
    }

    @Test
    void logs_of_tasks_are_kept_from_readers_and_their_events_are_not() throws IOException {
        var task = director.ended(director.send("POST", "/cleanup", RunningDirector.ADMIN, "{}"));
        String output = "/tasks/" + task.path("id").asText() + "/output?type=";

        for (String type : List.of("debug", "cpi")) {
            assertThat(director.send("GET", output + type, RunningDirector.READER, "")
                            .status())
                    .isEqualTo(401);
        }
        for (String type : List.of("event", "result")) {
            assertThat(director.send("GET", output + type, RunningDirector.READER, "")
                            .status())
                    .isIn(200, 204);
        }
    }

    @Test
    void health_and_info_are_for_all_and_info_knows_who_asks() throws IOException {
        assertThat(director.send("GET", "/health", RunningDirector.NOBODY, "").status())
                .isEqualTo(200);
        assertThat(user(RunningDirector.NOBODY)).isEqualTo("null");
        // Empty where strangers have to wait already.
        assertThat(user(Exchange.as("stranger", "wrong"))).isIn("null", "");
        assertThat(user(RunningDirector.ADMIN)).isEqualTo("\"admin\"");
        assertThat(user(RunningDirector.READER)).isEqualTo("\"reader\"");
    }

    @Test
    void who_guesses_passwords_has_to_wait_and_who_knows_them_has_not() throws IOException {
        assertThat(user(RunningDirector.READER)).isEqualTo("\"reader\"");

        var answers = new ArrayList<Exchange.Answer>();
        for (int guess = 0; guess < 8; guess++) {
            answers.add(director.send("GET", "/tasks", Exchange.as("reader", "guess" + guess), ""));
        }

        assertThat(answers.getLast().status()).isEqualTo(429);
        assertThat(answers.getLast().header("retry-after")).matches("[1-9][0-9]*");
        assertThat(user(RunningDirector.READER)).isEqualTo("\"reader\"");
    }

    @Test
    void a_guesser_is_not_told_the_right_password_by_its_answer() throws IOException {
        assertThat(user(RunningDirector.ADMIN)).isEqualTo("\"admin\"");
        var attacker = director.exchange().from("127.0.0.2");

        var guesses = new ArrayList<Integer>();
        for (int guess = 0; guess < 8; guess++) {
            // What a client says of where it comes from is no other place.
            var headers = new HashMap<>(Exchange.as("admin", "guess" + guess));
            headers.put("X-Forwarded-For", "192.0.2." + guess);
            headers.put("X-Real-Ip", "192.0.2." + guess);
            guesses.add(attacker.send("GET", "/tasks", headers, new byte[0]).status());
        }
        var right = attacker.send("GET", "/tasks", RunningDirector.ADMIN, new byte[0]);

        assertThat(guesses).containsExactly(401, 401, 401, 401, 401, 401, 429, 429);
        assertThat(right.status()).isEqualTo(429);
        assertThat(user(RunningDirector.ADMIN)).as("at work elsewhere").isEqualTo("\"admin\"");
    }

    @Test
    void passwords_are_in_no_log() throws IOException {
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var before = root.getLevel();
        root.setLevel(Level.DEBUG);
        root.addAppender(lines);
        try {
            var task = director.ended(director.send("POST", "/cleanup", RunningDirector.ADMIN, "{}"));
            director.send("DELETE", "/task/" + task.path("id").asText(), RunningDirector.ADMIN, "");
            director.send("GET", "/tasks", Map.of("Authorization", "Basic admin:wrong-secret"), "");
            director.send("POST", "/deployments", RunningDirector.ADMIN, "a: [");
            director.send("GET", "/tasks", Exchange.as("admin", "wrong-secret"), "");
        } finally {
            root.detachAppender(lines);
            root.setLevel(before);
        }

        String basic = RunningDirector.ADMIN.getOrDefault("Authorization", "").substring(6);
        assertThat(lines.list).isNotEmpty().noneSatisfy(line -> assertThat(line.getFormattedMessage())
                .containsAnyOf("admin-secret-of-tests", "wrong-secret", basic));
    }

    @Test
    void what_is_not_there_and_what_is_not_possible_is_said_so() throws IOException {
        var nothing = director.get("/nothing/here");
        var notPossible = director.send("PUT", "/tasks", RunningDirector.ADMIN, "");

        assertThat(nothing.status()).isEqualTo(404);
        assertThat(notPossible.status()).isEqualTo(405);
        assertThat(notPossible.header("allow")).isEqualTo("GET");
    }

    private String user(Map<String, String> credentials) throws IOException {
        return RunningDirector.JSON
                .readTree(director.send("GET", "/info", credentials, "").body())
                .path("user")
                .toString();
    }

    /** A path with something in place of each parameter. */
    private static String filled(Endpoint endpoint) {
        return endpoint.path().replaceAll("\\{[^}]*}", "1");
    }
}
