package io.slipway.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TemplateRendererTest {
    private static TemplateRenderer renderer;

    @BeforeAll
    static void boot() {
        renderer = TemplateRenderer.startInBackground();
    }

    @AfterAll
    static void stop() {
        renderer.close();
    }

    @Test
    void gives_properties_with_defaults_and_falsehood_kept() {
        String text = render("<%= p('web.port') %> <%= p('web.tls') %> <%= p('web.host', 'none') %>");

        assertThat(text).isEqualTo("8080 false none");
    }

    @Test
    void takes_the_first_of_several_names() {
        assertThat(render("<%= p(['web.none', 'web.port']) %>")).isEqualTo("8080");
    }

    @Test
    void runs_if_p_and_its_else() {
        String text = render("<% if_p('web.port') do |port| -%>\n[<%= port %>]\n<% end -%>\n"
                + "<% if_p('web.none') do |x| %>no<% end.else do %>else<% end %>"
                + "<% if_p('web.none') { |x| }.else_if_p('web.port') do |port| %> elsif <%= port %><% end %>");

        assertThat(text).isEqualTo("[8080]\nelse elsif 8080");
    }

    @Test
    void shows_spec_and_nested_properties() {
        String text = render("<%= spec.networks.default.ip %> <%= spec.index %> <%= name %> <%= index %>"
                + " <%= properties.web.port %> <%= spec.bootstrap %>");

        assertThat(text).isEqualTo("10.0.0.5 3 web 3 8080 true");
    }

    @Test
    void gives_instances_and_properties_of_links() {
        String text = render("<%= link('db').instances.map { |i| i.address }.join(',') %> <%= link('db').p('port') %>"
                + " <% if_link('none') do |l| %>x<% end.else do %>-<% end %>");

        assertThat(text).isEqualTo("10.0.0.7,10.0.0.8 5432 -");
    }

    @Test
    void makes_queries_of_links_addresses() {
        var link = new LinkedHashMap<String, Object>(Map.of(
                "instances", List.of(Map.of("address", "10.0.0.7", "id", "uuid-7")),
                "instance_group", "data_base",
                "default_network", "private",
                "deployment_name", "Main",
                "domain", "bosh",
                "use_short_dns_addresses", false,
                "dns_query", Map.of("azs", Map.of("z1", 1, "z2", 12))));

        assertThat(address(link, "")).isEqualTo("q-s0.data-base.private.main.bosh");
        assertThat(address(link, "azs: ['z2', 'z1'], status: 'healthy'"))
                .isEqualTo("q-a1a12s3.data-base.private.main.bosh");
        assertThat(address(link, "uuid: 'uuid-7'")).isEqualTo("uuid-7.data-base.private.main.bosh");

        link.put("use_short_dns_addresses", true);
        link.put(
                "dns_query",
                Map.of("azs", Map.of("z1", 1), "group", 5, "network", 2, "instances", Map.of("uuid-7", 77)));
        assertThat(address(link, "azs: ['z1'], status: 'unhealthy', initial_health_check: 'synchronous'"))
                .isEqualTo("q-a1n2s1y1.q-g5.bosh");
        assertThat(address(link, "uuid: 'uuid-7', status: 'all'")).isEqualTo("q-m77n2s4.q-g5.bosh");
        assertThatThrownBy(() -> address(link, "azs: ['z9']")).hasMessageContaining("Unknown AZ: 'z9'");

        link.put("address", "by.hand");
        assertThat(address(link, "azs: ['z1']")).isEqualTo("by.hand");
    }

    private static String address(Map<String, Object> link, String criteria) {
        var job = rendered("<%= link('db').address(" + criteria + ") %>", Map.of("db", link));
        return new String(job.files().get("config"), StandardCharsets.UTF_8);
    }

    @Test
    void names_release_job_template_line_and_instance_of_an_error() {
        assertThatThrownBy(() -> render("one\ntwo\n<%= p('web.missing') %>\n"))
                .isInstanceOf(TemplateException.class)
                .hasMessage("Unable to render template 'config.erb' of job 'web' (release 'site') for instance 'web/3':"
                        + " line 3: Can't find property 'web.missing'");
    }

    @Test
    void names_the_line_of_a_syntax_error() {
        assertThatThrownBy(() -> render("one\n<% if %>\n"))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("SyntaxError");
    }

    @Test
    void renders_alike_on_many_threads() {
        var texts = IntStream.range(0, 200)
                .parallel()
                .mapToObj(i -> render("<%= p('web.port') + " + i % 7 + " %>"))
                .distinct()
                .count();

        assertThat(texts).isEqualTo(7);
    }

    @Test
    void gives_equal_bytes_for_equal_content() throws Exception {
        var job = rendered("x");
        var first = new java.io.ByteArrayOutputStream();
        var second = new java.io.ByteArrayOutputStream();

        RenderedArchive.write(List.of(job), first);
        RenderedArchive.write(List.of(rendered("x")), second);

        assertThat(first.toByteArray()).isEqualTo(second.toByteArray());
        assertThat(RenderedArchive.configurationHash(List.of(job)))
                .isNotEqualTo(RenderedArchive.configurationHash(List.of(rendered("y"))));
    }

    private static String render(String template) {
        return new String(rendered(template).files().get("config"), StandardCharsets.UTF_8);
    }

    private static RenderedJob rendered(String template) {
        var db = Map.of(
                "instances",
                List.of(Map.of("address", "10.0.0.7"), Map.of("address", "10.0.0.8")),
                "properties",
                Map.of("port", 5432));
        return rendered(template, Map.of("db", db));
    }

    private static RenderedJob rendered(String template, Map<String, Object> links) {
        var source = new JobSource(
                "web",
                Integer.toHexString(template.hashCode()),
                Map.of("config.erb", "config"),
                Map.of("config.erb", template, "monit", "check process web"));
        var spec = new LinkedHashMap<String, Object>();
        spec.put("name", "web");
        spec.put("index", 3);
        spec.put("bootstrap", true);
        spec.put("networks", Map.of("default", Map.of("ip", "10.0.0.5")));
        return renderer.render(
                new RenderRequest("site", source, spec, Map.of("web", Map.of("port", 8080, "tls", false)), links));
    }
}
