package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever is sent to any endpoint: an answer in BOSH's shape that is no server's fault, or a task that ends; and the
 * director goes on as before.
 */
class HostileRequestsTest {
    @SuppressWarnings("NullAway.Init")
    private static RunningDirector director;

    @BeforeContainer
    static void start() throws IOException {
        director = RunningDirector.start();
        good(director.send("POST", "/cloud_configs", "text/yaml", bytes(Archives.CLOUD_CONFIG)));
        good(director.send("POST", "/releases", "application/x-compressed", Archives.release("probe", "1")));
        good(director.send("POST", "/stemcells", "application/x-compressed", Archives.stemcell("1")));
        good(director.send("POST", "/deployments", "text/yaml", bytes(Archives.MANIFEST)));
    }

    @AfterContainer
    static void stop() throws IOException {
        director.close();
    }

    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void any_body_to_any_endpoint_gets_an_answer_in_boshs_shape(
            @ForAll("endpoints") Endpoint endpoint,
            @ForAll("segments") List<String> segments,
            @ForAll("queries") String query,
            @ForAll("types") String type,
            @ForAll("bodies") byte[] body)
            throws IOException {
        String path = filled(endpoint, segments) + query;
        var headers = new HashMap<>(RunningDirector.ADMIN);
        if (!type.isEmpty()) {
            headers.put("Content-Type", type);
        }

        assertHarmless(
                endpoint.method() + " " + path, director.exchange().send(endpoint.method(), path, headers, body));
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void any_address_gets_an_answer_in_boshs_shape(
            @ForAll("segments") List<String> segments, @ForAll("queries") String query) throws IOException {
        String path = "/" + String.join("/", segments) + query;

        assertHarmless("GET " + path, director.get(path));
    }

    @Example
    void what_is_no_http_at_all_gets_an_answer_in_boshs_shape() throws IOException {
        for (String head : List.of(
                "GET / HTTP/9.9\r\n\r\n",
                "BREW /tasks HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(50_000) + "\r\n\r\n",
                "POST /tasks/cancel HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")) {
            var answer = director.exchange().raw(bytes(head), new byte[0]);

            assertThat(answer.status()).as(head).isBetween(400, 505);
            assertThat(answer.status()).as(head).isNotEqualTo(500);
            assertThat(RunningDirector.JSON
                            .readTree(answer.body())
                            .path("description")
                            .asText())
                    .as(head)
                    .isNotBlank();
        }
    }

    @Example
    void a_body_without_end_is_refused_and_not_taken_into_memory() throws IOException {
        byte[] huge = new byte[20 * 1024 * 1024];
        java.util.Arrays.fill(huge, (byte) 'a');

        for (String path : List.of("/deployments", "/configs", "/tasks/cancel", "/cleanup")) {
            var answer = director.send("POST", path, "application/json", huge);

            assertThat(answer.status()).as(path).isEqualTo(413);
            assertThat(answer.body()).contains("too large");
        }
    }

    @Example
    void text_of_another_kind_is_refused() throws IOException {
        var form = director.send("POST", "/deployments", "application/x-www-form-urlencoded", bytes("a=b"));
        var latin = director.send("POST", "/deployments", "text/yaml", new byte[] {'a', ':', ' ', (byte) 0xe9});
        var multipart = director.send("POST", "/releases", "multipart/form-data; boundary=x", bytes("--x--"));

        assertThat(form.status()).isEqualTo(415);
        assertThat(latin.status()).isEqualTo(400);
        assertThat(latin.body()).contains("not UTF-8");
        assertThat(multipart.status()).isEqualTo(415);
    }

    @Example
    void an_upload_that_is_refused_or_breaks_off_leaves_nothing_behind() throws IOException {
        var releases = director.json("/releases");
        for (byte[] bad : List.of(
                new byte[0],
                bytes("no archive"),
                Archives.tgz(Map.of("release.MF", bytes("name: x"))),
                Archives.tgz(Map.of("../release.MF", bytes("name: x"))),
                java.util.Arrays.copyOf(Archives.release("half", "1"), 200))) {
            var task = director.ended(director.send("POST", "/releases", "application/x-compressed", bad));
            assertThat(task.path("state").asText()).isEqualTo("error");
            assertThat(task.path("result").asText()).isNotBlank().doesNotContain("Exception", "\n");
            assertThat(director.get("/tasks/" + task.path("id") + "/output?type=debug")
                            .body())
                    .doesNotContain("\tat ");
        }
        var unreachable = director.send(
                "POST", "/releases", "application/json", bytes("{\"location\": \"http://127.0.0.1:1/none\"}"));
        settled("POST /releases", unreachable);

        assertThat(director.json("/releases")).isEqualTo(releases);
        assertThat(director.incoming()).isEmpty();
    }

    @Example
    void the_director_answers_as_before() throws IOException {
        assertThat(director.get("/info").status()).isEqualTo(200);
        assertThat(director.get("/health").status()).isEqualTo(200);
    }

    @Provide
    Arbitrary<Endpoint> endpoints() {
        return Arbitraries.of(director.endpoints());
    }

    @Provide
    Arbitrary<List<String>> segments() {
        var hostile = Arbitraries.of(
                "probe",
                "probe",
                "one",
                "0",
                "once",
                "plain",
                "*",
                "1",
                "-1",
                "99999999999999999999",
                "%2e%2e",
                "a%2fb",
                "%00",
                "%ff",
                "%F0%9F%98%80",
                "%27%3B--",
                "x".repeat(300),
                "%22",
                "a%0Ab",
                "((x))",
                "start",
                "cloud");
        return hostile.list().ofSize(4);
    }

    @Provide
    Arbitrary<String> queries() {
        return Arbitraries.of(
                "",
                "",
                "?force=true",
                "?limit=-1",
                "?limit=99999999999",
                "?limit=x",
                "?a=%zz",
                "?a=%00",
                "?=&&==",
                "?x[]=1",
                "?type=cloud&name=" + "n".repeat(300),
                "?state=%00",
                "?state=stopped",
                "?dry_run=true",
                "?fix=maybe",
                "?canaries=x&max_in_flight=-5%25",
                "?before_id=x",
                "?before_time=yesterday",
                "?recreate=true&context={",
                "?context=%5B%5D",
                "?type=all&filters=../..",
                "?sha1=zzz",
                "?latest=maybe",
                "?format=full",
                "?keep=%ff",
                "?recreate=true&recreate_vms_created_before=never",
                "?version=" + "9".repeat(3000));
    }

    @Provide
    Arbitrary<String> types() {
        return Arbitraries.of(
                "",
                "application/json",
                "application/json",
                "text/yaml",
                "text/yaml",
                "application/x-compressed",
                "text/html",
                "application/json; charset=latin1",
                "nonsense",
                "multipart/form-data");
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        var texts = Arbitraries.of(
                "",
                "{}",
                "[]",
                "null",
                "1",
                "\"x\"",
                "{",
                "{\"a\":",
                "\u0000",
                "name: probe",
                "name: [x]",
                "name: ''",
                "a: &a [*a]",
                "- - - -",
                "{\"config\": 1}",
                "{\"config\": {\"remove_all\": \"yes\"}}",
                "{\"stemcell\": []}",
                "{\"location\": 1}",
                "{\"location\": \"file:///etc/passwd\"}",
                "{\"ignore\": 1}",
                "{\"command\": \"setup\", \"target\": {\"job\": {}}, \"params\": []}",
                "{\"command\": \"x\", \"target\": {\"ids\": [null]}}",
                "{\"resolutions\": {\"x\": 1}}",
                "{\"resolutions\": []}",
                "{\"type\": \"cloud\", \"name\": \"\\u0000\", \"content\": \"a: b\"}",
                "{\"type\": \"" + "t".repeat(300) + "\", \"name\": \"n\", \"content\": \"a: b\"}",
                "{\"type\": \"cloud\", \"name\": \"n\", \"content\": \"networks: 1\"}",
                "{\"from\": {\"id\": \"9\"}, \"to\": 1}",
                "{\"from\": 1, \"to\": 2}",
                "{\"type\": 1}",
                "{\"states\": \"x\"}",
                "{\"states\": [\"done\"], \"types\": [1, {}]}",
                "{\"instances\": [{\"group\": 1}]}",
                "{\"keep-alive\": \"\\u0000\"}",
                "{\"name\": \"x\", \"plan_name\": {}, \"parameters\": 7}",
                "{\"deployment_name\": \"\\u0000\"}",
                "[".repeat(100_000),
                "{\"a\":".repeat(20_000),
                "[".repeat(90),
                "9".repeat(10_000),
                "{\"disk_properties\": \"x\"}",
                Archives.MANIFEST.replace("instances: 1", "instances: 99999"),
                Archives.MANIFEST.replace("name: probe", "name: \"pro\\0be\""),
                Archives.MANIFEST.replace("name: probe", "name: " + "p".repeat(300)),
                Archives.MANIFEST.replace("persistent_disk: 1024", "persistent_disk: 99999999999999999999"));
        return Arbitraries.oneOf(
                texts.map(HostileRequestsTest::bytes),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
    }

    private static void assertHarmless(String what, Exchange.Answer answer) throws IOException {
        assertThat(answer.status()).as("%s: %s", what, answer.body()).isLessThan(500);
        assertThat(answer.body()).as(what).doesNotContain("Exception", "\tat ", "java.", "org.h2");
        if (answer.status() >= 400 && answer.status() != 416) {
            var error = RunningDirector.JSON.readTree(answer.body());
            // BOSH's diffs say what is wrong beside an empty diff.
            boolean isDiff = error.has("diff") && error.path("error").isTextual();
            assertThat(isDiff || error.path("code").isInt())
                    .as("%s: %s", what, answer.body())
                    .isTrue();
            assertThat(error.path(isDiff ? "error" : "description").asText())
                    .as(what)
                    .isNotBlank();
        }
        settled(what, answer);
    }

    private static void settled(String what, Exchange.Answer answer) throws IOException {
        if (answer.status() == 302 && answer.header("location").startsWith("/tasks/")) {
            var task = director.ended(answer);
            assertThat(task.path("result").asText())
                    .as(what)
                    .doesNotContain("Exception", "org.h2", "\n", "internal error");
        }
    }

    private static void good(Exchange.Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.body()).isLessThan(400);
        if (answer.status() == 302) {
            var task = director.ended(answer);
            assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("done");
        }
    }

    private static String filled(Endpoint endpoint, List<String> segments) {
        String path = endpoint.path();
        for (String segment : segments) {
            path = path.replaceFirst("\\{[^}]*}", java.util.regex.Matcher.quoteReplacement(segment));
        }
        return path.replaceAll("\\{[^}]*}", "1");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
