package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a release as it was written for BOSH, and a manifest as it was, to what a template sees. */
class TemplatesOfReleasesTest {
    private static final String SPEC = """
            name: plain
            templates: {check.erb: config/check}
            consumes:
            - {name: db, type: sql, optional: true}
            - {name: own, type: port}
            provides:
            - {name: own, type: port, properties: [bus.user, size]}
            properties:
              bus.user: {description: x}
              bus.port: {description: x, default: 4_222}
              base: &d {description: x, default: 0640}
              other: {<<: *d}
              size: {description: x, default: 1_000}
              version: {default: 1.10}
              large: {default: 1.0e+16}
              uptime: {default: 190:20:30}
              exponent: {default: 1e3}
              flag: {default: on}
              address:
                default: ::1
              env: {}
            """;
    /** Fails unless everything is as on BOSH. */
    private static final String TEMPLATE = """
            <%
            def check(name, is, should)
              raise "#{name} is #{is.inspect}, not #{should.inspect}" unless is == should && is.class == should.class
            end

            check "user", [properties.bus.user, raw_properties["bus"]["user"]], [nil, nil]
            check "port", p("bus.port") + properties.bus.port, 8444
            check "octal", [p("base"), p("other"), p("size") + 1], [416, 416, 1001]
            check "floats", [p("version"), p("version").to_s, p("large").to_s], [1.1, "1.1", "1.0e+16"]
            check "odd", [p("uptime"), p("exponent"), p("flag"), p("address")], [685230, "1e3", true, "::1"]
            check "env", raw_properties["env"].to_a, [["a", 493], ["b", "0755"], ["c", 1.5], ["true", "x"]]
            check "manual", link("db").instances.first.p("port"), 5432
            check "default", link("db").instances.first.p("nope", "d"), "d"
            check "else", link("db").instances.first.if_p("nope") { |x| x }.else { 7 }, 7
            check "own", link("own").properties, { "bus" => { "user" => nil }, "size" => 1000 }
            check "of own", link("own").instances.map(&:index), [0]
            check "network", spec.networks.default.to_h.keys,
                  %i[type ip prefix netmask cloud_properties default dns gateway dns_record_name]
            check "spec", spec.to_h.keys.map(&:to_s),
                  %w[deployment job index bootstrap name id az networks properties_need_filtering dns_domain_name address
                     persistent_disk properties links ip release job_name]
            check "links", spec.links.own.instances.first.name, "one"
            check "release", spec.release.to_h, { name: "probe", version: "1" }
            check "templates", spec.job.templates.map(&:name), ["plain"]
            %>ok
            """;

    private static final String MANIFEST = """
            name: probe
            releases: [{name: probe, version: 1}]
            stemcells: [{alias: default, os: tiny, version: latest}]
            update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1-30000, update_watch_time: 1-30000}
            instance_groups:
            - name: one
              instances: 0b1
              azs: [z1]
              vm_type: small
              persistent_disk: 1_024
              stemcell: default
              networks: [{name: default}]
              jobs:
              - name: plain
                release: probe
                consumes: {db: {instances: [{address: 10.9.9.9, properties: {port: 5432}}], properties: {}}}
                properties:
                  env: {b: "0755", a: 0755, yes: x, c: 1.50}
            """;

    private SimulatedDirector director;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
        assertDone(director.api().ended(director.api().upload("/releases", release(SPEC))));
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void a_template_sees_what_it_sees_on_bosh() throws Exception {
        assertDone(deploy(MANIFEST));
    }

    @Test
    void a_text_where_the_job_needs_a_hash_is_refused_while_the_deployment_is_prepared() throws Exception {
        long task = director.api()
                .deploy(MANIFEST.replace("properties:\n      env", "properties:\n      bus: text\n      env"));
        var ended = director.api().ended(task);

        assertThat(ended.path("state").asText()).isEqualTo("error");
        assertThat(ended.path("result").asText())
                .isEqualTo("Property 'bus.user' expects a hash, but received 'String'"
                        + " for job 'plain' in instance group 'one'");
        assertThat(director.api().text("/tasks/" + task + "/output?type=event"))
                .contains("Preparing deployment")
                .doesNotContain("Creating missing vms", "Updating instance");
    }

    @Test
    void a_number_for_a_name_is_the_text_that_ruby_makes_of_it() throws Exception {
        assertDone(deploy(MANIFEST.replace("name: probe\nreleases", "name: 0123\nreleases")));

        assertThat(director.api().get("/deployments").get(0).path("name").asText())
                .isEqualTo("83");
    }

    @Test
    void a_date_without_quotes_is_refused_as_bosh_refuses_it() throws Exception {
        assertThatThrownBy(() -> director.api().deploy(MANIFEST.replace("c: 1.50", "c: 2024-01-01")))
                .hasMessageContaining("400")
                .hasMessageContaining("2024-01-01 is a date (Tried to load unspecified class: Date): put it in quotes");

        var ended = director.api()
                .ended(director.api().upload("/releases", release(SPEC.replace("default: on", "default: 2024-01-01"))));
        assertThat(ended.path("state").asText()).isEqualTo("error");
        assertThat(ended.path("result").asText()).contains("the spec of job 'plain'", "properties.flag.default");
    }

    @Test
    void a_cloud_config_is_taken_as_it_is_written_for_bosh() throws Exception {
        director.api()
                .configure(
                        "cloud",
                        TinyRelease.CLOUD_CONFIG
                                .replace("disk_size: 100}", "disk_size: 50_000}")
                                .replace("workers: 1", "workers: 01"));

        assertThat(director.api().text("/configs?type=cloud&latest=true")).contains("50_000");
        assertDone(deploy(MANIFEST.replace("persistent_disk: 1_024", "persistent_disk_type: small")));
    }

    private JsonNode deploy(String manifest) throws Exception {
        return director.api().ended(director.api().deploy(manifest));
    }

    private static void assertDone(JsonNode task) {
        assertThat(task.path("state").asText()).as("%s", task).isEqualTo("done");
    }

    private static byte[] release(String spec) {
        byte[] job = Archives.tgz(
                Map.of("job.MF", bytes(spec), "monit", new byte[0], "templates/check.erb", bytes(TEMPLATE)));
        var files = new LinkedHashMap<String, byte[]>();
        files.put(
                "release.MF",
                bytes("name: probe\nversion: 1\ncommit_hash: abc\npackages: []\njobs: [{name: plain, version: 1,"
                        + " fingerprint: '" + Archives.sha256(bytes(spec)) + "', sha1: 'sha256:" + Archives.sha256(job)
                        + "'}]\n"));
        files.put("jobs/plain.tgz", job);
        return Archives.tgz(files);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
