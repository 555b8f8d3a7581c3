package io.slipway.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.yaml.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates find what BOSH's own template library gives them. */
class TemplateLibraryTest {
    private static final Map<String, Object> PROPERTIES = Yaml.parseMap("""
            bus: {user: ~, port: 4222, tls: false, hosts: [{name: h1, ip: 10.0.0.1}, {name: h2}]}
            private: {test: t, method: m, class: c, hash: h, format: f, "bang!": b}
            top: ~
            text: some text
            numbers: {octal: 0640, grouped: 1_000, float: 1.10, big: 123456789012345678901234567890,
                      large: 1.0e+16, small: .00001, rate: .0005, size: 12345678.5,
                      nan: .nan, inf: .inf, minus: -.inf, whole: 5.0}
            words: {yes: yes, text: 'yes', none: ~}
            """, "properties");
    private static final Map<String, Object> LINKS = Yaml.parseMap("""
            db:
              deployment_name: shop
              domain: bosh
              default_network: private
              networks: [private]
              instance_group: data_base
              group_name: db-sql
              use_short_dns_addresses: false
              use_dns_addresses: false
              use_link_dns_names: false
              properties: {port: 5432, password: ~, tls: {on: false, ca: text}, list: [1]}
              dns_query: {azs: {z1: 1}}
              instances:
              - {name: data, index: 0, id: uuid-0, az: z1, address: 10.0.0.7, bootstrap: true}
              - {name: data, index: 1, id: uuid-1, az: ~, address: 10.0.0.8, bootstrap: false}
            manual:
              deployment_name: shop
              instances: [{address: 10.9.9.9, properties: {port: 5432, deep: {er: 1}}}]
              properties: {}
              address: ~
            bare: {deployment_name: shop, instances: [], properties: ~, address: by.hand}
            """, "links");
    private static final Map<String, Object> SPEC = Yaml.parseMap("""
            deployment: shop
            name: web
            job: {name: web, template: j, version: "1", templates: [{name: j}]}
            id: uuid
            index: 3
            az: z1
            bootstrap: true
            address: 10.0.0.5
            ip: 10.0.0.5
            properties_need_filtering: true
            dns_domain_name: bosh
            persistent_disk: 1024
            networks:
              private: {type: manual, ip: 10.0.0.5, prefix: "32", netmask: 255.255.255.0, cloud_properties: {a: 1},
                        default: [dns, gateway], dns: [8.8.8.8], gateway: 10.0.0.1}
              other: {type: vip, ip: 1.2.3.4}
            release: {name: site, version: "7"}
            """, "spec");

    private static TemplateRenderer renderer;

    @BeforeAll
    static void boot() {
        renderer = TemplateRenderer.startInBackground();
    }

    @AfterAll
    static void stop() {
        renderer.close();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " ==> ", quoteCharacter = '`', textBlock = """
            <% if properties.bus.user %>user<% else %>nobody<% end %> <%= raw_properties["bus"]["user"].inspect %> ==> nobody nil
            <%= properties.bus.port %> <%= properties.bus.tls %> <%= properties.top.inspect %> ==> 4222 false nil
            <%= properties.bus.nope.inspect %> <%= properties.nope.inspect %> ==> nil nil
            <%= properties["bus"]["port"] %> <%= properties[:bus][:port] %> <%= properties.dig(:bus, :port) %> ==> 4222 4222 4222
            <%= properties.bus.hosts.map(&:name).join(",") %> <%= properties.bus.hosts.first.ip %> ==> h1,h2 10.0.0.1
            <%= properties.private.test %><%= properties.private.method %><%= properties.private.class %><%= properties.private.hash %><%= properties.private.format %> ==> tmchf
            <%= properties.private.send(:test) %><%= properties.private.public_send("format") %><%= properties.private[:bang!] %> ==> tfb
            <%= properties.respond_to?(:bus) %> <%= properties.respond_to?(:nope) %> <%= properties.bus.respond_to?("user") %> <%= properties.bus.respond_to?(:user=) %> ==> true false true true
            <%= properties.bus.to_h.keys.inspect %> <%= properties.bus.each_pair.map { |k, v| k }.first.inspect %> ==> [:user, :port, :tls, :hosts] :user
            <%= properties.class %> <%= properties.is_a?(OpenStruct) %> <%= properties.bus.class == OpenStruct %> ==> OpenStruct true true
            <%= properties.words.inspect %> ==> #<OpenStruct true=true, text="yes", none=nil>
            <%= properties.words.to_json %> ==> "#<OpenStruct true=true, text=\\"yes\\", none=nil>"
            <%= properties.words.to_yaml.lines.first.chomp %> ==> --- !ruby/object:OpenStruct
            <%= properties.words.methods(false).sort.first(2).inspect %> <%= properties.words.singleton_methods.size %> ==> [:none, :none=] 6
            <%= properties.bus.instance_variable_get(:@table).keys.size %> <%= properties.bus.marshal_dump[:port] %> ==> 4 4222
            <%= properties.bus.method(:port).call %> <%= properties.bus == properties.bus.dup %> ==> 4222 true
            <% properties.bus.port = 1; properties.extra = 2 %><%= properties.bus.port %> <%= properties.extra %> <%= properties.bus.dup.port %> ==> 1 2 1
            <%= raw_properties.class %> <%= raw_properties.keys.first(3).inspect %> <%= raw_properties.key?("top") %> ==> Hash ["bus", "private", "top"] true
            <%= raw_properties["bus"].to_json %> ==> {"user":null,"port":4222,"tls":false,"hosts":[{"name":"h1","ip":"10.0.0.1"},{"name":"h2"}]}
            <%= @properties.bus.port %> <%= @raw_properties["bus"]["port"] %> <%= @spec.index %> <%= @name %> <%= @index %> <%= @links.keys.inspect %> ==> 4222 4222 3 web 3 ["db", "manual", "bare"]
            <%= instance_variable_get(:@raw_properties)["top"].inspect %> <%= instance_variable_get("@properties").text %> ==> nil some text
            <%= binding.local_variable_defined?(:x) %> <% x = 1 %><%= binding.local_variable_get(:x) %> <%= eval("p('text')") %> ==> true 1 some text
            <%= ERB.new("<" + "%= p('text') %%>").result(get_binding) %> <% x = index %><%= ERB.new("<" + "%= x %%>", eoutvar: "out").result(binding) %> ==> some text 3
            <%= defined?(p) %> <%= defined?(spec.index) %> <%= defined?(nope).inspect %> <%= respond_to?(:if_link) %> <%= self.class %> ==> method method nil true Bosh::Common::Template::EvaluationContext
            <%= method(:p).call("text") %> <%= send(:p, "text") %> <%= public_send(:index) %> <%= %w[text].map(&method(:p)).first %> ==> some text some text 3 some text
            <%= lookup_property(raw_properties, "bus.port") %> <%= openstruct({"a" => {"b" => 1}}).a.b %> ==> 4222 1
            """)
    void properties_are_structs_and_hashes(String template, String text) {
        assertThat(render(template)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " ==> ", quoteCharacter = '`', textBlock = """
            <%= p("bus.port") %> <%= p("bus.user", "d") %> <%= p(["bus.user", "bus.port"]) %> <%= p(["a", "b"], 7) %> <%= p("top", nil).inspect %> ==> 4222 d 4222 7 nil
            <%= p("bus.tls") %> <%= p("bus")["port"] %> <%= p("bus.hosts")[0]["ip"] %> <%= p("text.some", "d") %> ==> false 4222 10.0.0.1 d
            <% if_p("bus.port", "text") do |a, b| %><%= a %><%= b %><% end %> ==> 4222some text
            <% if_p("bus.user") { |x| }.else do %>else<% end %> ==> else
            <% if_p("nope") { |x| }.else_if_p("bus.user") { |x| }.else_if_p("bus.port") do |x| %><%= x %><% end.else do %>no<% end %> ==> 4222
            <% if_p("bus.tls") do |x| %><%= x.inspect %><% end.else_if_p("bus.port") { |x| }.else_if_link("db") { |x| }.else do %>no<% end %> ==> false
            <% if_p("nope") { |x| }.else_if_link("db") do |l| %><%= l.p("port") %><% end %> ==> 5432
            <% if_link("nope") { |l| }.else_if_link("no") { |l| }.else_if_p("text") do |x| %><%= x %><% end %> ==> some text
            <% if_link("db") do |l| %><%= l.instances.size %><% end.else do %>no<% end %> ==> 2
            <% if_link("nope") { |l| }.else do %>none<% end %> ==> none
            <%= begin; p("nope"); rescue Bosh::Common::Template::UnknownProperty => e; e.name.inspect; end %> ==> ["nope"]
            <%= begin; p("nope"); rescue Bosh::Template::UnknownProperty => e; e.message; end %> ==> Can't find property 'nope'
            <%= begin; link("nope"); rescue UnknownLink => e; e.message; end %> ==> Can't find link 'nope'
            <% h = p("bus"); h["port"] = 1 %><%= p("bus.port") %> <%= raw_properties["bus"]["port"] %> ==> 1 1
            """)
    void properties_are_looked_up(String template, String text) {
        assertThat(render(template)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " ==> ", quoteCharacter = '`', textBlock = """
            <%= p("numbers.octal") %> <%= p("numbers.grouped") + 1 %> <%= p("numbers.octal").to_s(8) %> ==> 416 1001 640
            <%= p("numbers.float") %> <%= p("numbers.float").class %> <%= p("numbers.whole") %> <%= p("numbers.whole").to_i %> ==> 1.1 Float 5.0 5
            <%= p("numbers.big") + 1 %> <%= p("numbers.big").class %> ==> 123456789012345678901234567891 Integer
            <%= p("numbers.large") %> <%= p("numbers.large").inspect %> <%= [p("numbers.large")] %> <%= "%s" % p("numbers.large") %> ==> 1.0e+16 1.0e+16 [1.0e+16] 1.0e+16
            <%= p("numbers.small") %> <%= p("numbers.rate") %> <%= p("numbers.size") %> ==> 1.0e-05 0.0005 12345678.5
            <%= {"a" => p("numbers.large")}.to_yaml.lines.last.chomp %> ==> a: 1.0e+16
            <%= p("numbers.nan").nan? %> <%= p("numbers.inf") %> <%= p("numbers.minus") %> ==> true Infinity -Infinity
            <%= 1e15 %> <%= 1e14 %> <%= 1234567890123456.8 %> <%= 0.1 + 0.2 %> <%= 1e23 %> <%= -0.0 %> <%= 1e7 %> <%= 100.0 %> ==> 1.0e+15 100000000000000.0 1234567890123456.8 0.30000000000000004 1.0e+23 -0.0 10000000.0 100.0
            <%= p("numbers.rate").to_json %> <%= [p("numbers.size"), 1.5, 0.0, 100.0].to_json %> <%= {"a" => {"b" => [1e10, 1e-4]}}.to_json %> ==> 0.0005 [12345678.5,1.5,0.0,100.0] {"a":{"b":[10000000000.0,0.0001]}}
            <%= JSON.generate("a" => 1e7) %> <%= JSON.dump([1e7]) %> <%= JSON.pretty_generate([0.0005]).delete("\\n ") %> <%= JSON.generate({"a" => [2]}, space: " ") %> ==> {"a":10000000.0} [10000000.0] [0.0005] {"a": [2]}
            <%= JSON.parse(JSON.generate(p("numbers").reject { |k, v| v.is_a?(Float) && !v.finite? })) == p("numbers").reject { |k, v| v.is_a?(Float) && !v.finite? } %> ==> true
            <%= begin; JSON.generate([p("numbers.nan")]); rescue JSON::GeneratorError; "refused"; end %> <%= p("numbers").keys.size %> ==> refused 12
            <%= properties.numbers.octal.class %> <%= raw_properties["numbers"]["grouped"].class %> ==> Integer Integer
            <%= p("words.true") %> <%= p("words.true").class %> <%= p("words.text").class %> ==> true TrueClass String
            """)
    void numbers_are_what_ruby_makes_of_them(String template, String text) {
        assertThat(render(template)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " ==> ", quoteCharacter = '`', textBlock = """
            <%= spec.to_h.keys.join(" ") %> ==> deployment job index bootstrap name id az networks properties_need_filtering dns_domain_name address persistent_disk properties links ip release
            <%= spec.deployment %> <%= spec.job.name %> <%= spec.job.templates.first.name %> <%= spec.index %> <%= spec.bootstrap %> <%= spec.id %> <%= spec.az %> ==> shop web j 3 true uuid z1
            <%= spec.name %> <%= spec.address %> <%= spec.ip %> <%= spec.dns_domain_name %> <%= spec.persistent_disk %> <%= spec.properties_need_filtering %> ==> web 10.0.0.5 10.0.0.5 bosh 1024 true
            <%= spec.release.name %>/<%= spec.release.version %> <%= spec.nope.inspect %> ==> site/7 nil
            <%= spec.networks.private.ip %> <%= spec.networks.private.default.first %> <%= spec.networks.private.prefix %> <%= spec.networks.private.cloud_properties.a %> ==> 10.0.0.5 dns 32 1
            <%= spec.networks.methods(false).inspect %> <%= spec.networks.to_h.values.first.ip %> <%= spec.networks.send("other").type %> ==> [:private, :other] 10.0.0.5 vip
            <%= spec.networks.marshal_dump.values.first.netmask %> <%= spec.networks.each_pair.map { |name, n| name }.inspect %> ==> 255.255.255.0 [:private, :other]
            <%= spec.networks.methods.include?(:to_h) %> <%= spec.networks.private.methods(false).include?(:ip) %> <%= spec.methods(false).include?(:links) %> ==> true true true
            <%= spec.properties.bus.port %> <%= spec.properties.bus.user.inspect %> <%= spec["properties"]["text"] %> <%= spec.dig(:properties, :text) %> ==> 4222 nil some text some text
            <%= spec.links.db.instances.map(&:address).join(",") %> <%= spec.links.db.properties.port %> <%= spec.links.db.deployment_name %> <%= spec.links.nope.inspect %> ==> 10.0.0.7,10.0.0.8 5432 shop nil
            <%= spec.links.db.to_h.keys.sort.join(" ") %> ==> default_network deployment_name domain group_name instance_group instances properties use_link_dns_names use_short_dns_addresses
            <%= spec.links.manual.instances.first.properties.port %> <%= spec.links.manual.address.inspect %> <%= spec.links.to_h.keys.inspect %> ==> 5432 nil [:db, :manual, :bare]
            <%= spec.class %> <%= spec.networks.class %> <%= spec.is_a?(OpenStruct) %> ==> Bosh::Common::Template::EvaluationContext::BackCompatOpenStruct Bosh::Common::Template::EvaluationContext::BackCompatOpenStruct true
            <%= spec.inspect[0, 87] %> ==> #<Bosh::Common::Template::EvaluationContext::BackCompatOpenStruct deployment="shop", jo
            <%= spec.inspect.include?("links=#<Bosh") %> <%= spec.to_json.include?("password") %> <%= spec.links.to_yaml.include?("group_name: db-sql") %> ==> true true true
            <%= spec.respond_to?(:links) %> <%= spec.respond_to?(:nope) %> <%= spec.respond_to?("networks") %> ==> true false true
            <%= spec.instance_variable_get(:@table)[:links].db.properties.port %> <%= spec.instance_variable_get("@table")[:properties].text %> ==> 5432 some text
            <%= spec == spec.dup %> <%= spec.dup.links.db.group_name %> <%= spec.each_pair.to_a.last.first.inspect %> ==> true db-sql :release
            <% spec.index = 9; spec.links.db.group_name = "x" %><%= spec.index %> <%= spec.links.db.group_name %> <%= index %> ==> 9 x 3
            """)
    void the_spec_holds_what_it_holds_in_bosh(String template, String text) {
        assertThat(render(template)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " ==> ", quoteCharacter = '`', textBlock = """
            <%= link("manual").instances.first.p("port") %> <%= link("manual").instances.first.p("nope", "d") %> ==> 5432 d
            <%= link("manual").instances[0].p(["nope", "deep.er"]) %> <%= link("manual").instances[0].properties["deep"]["er"] %> ==> 1 1
            <% link("manual").instances.each do |i| %><% i.if_p("port", "deep.er") do |a, b| %><%= a + b %><% end.else do %>no<% end %><% end %> ==> 5433
            <% link("db").instances[0].if_p("x") { |x| }.else do %>else<% end %> <% link("manual").instances[0].if_p("x") { |x| }.else_if_p("port") do |x| %><%= x %><% end %> ==> else 5432
            <%= link("db").instances.map { |i| [i.name, i.index, i.id, i.az, i.address, i.bootstrap, i.properties] }.inspect %> ==> [["data", 0, "uuid-0", "z1", "10.0.0.7", true, nil], ["data", 1, "uuid-1", nil, "10.0.0.8", false, nil]]
            <%= link("db").instances[0].p("x", "d") %> <%= begin; link("db").instances[0].p("x"); rescue UnknownProperty => e; e.message; end %> ==> d Can't find property 'x'
            <%= link("db").instances.find(&:bootstrap).address %> <%= link("db").instances.select { |i| i.az == "z1" }.size %> ==> 10.0.0.7 1
            <%= link("db").p("port") %> <%= link("db").p("tls.ca") %> <%= link("db").p("tls.true") %> <%= link("db").p("password", "d") %> <%= link("db").p(["x", "port"]) %> ==> 5432 text false d 5432
            <%= link("db").properties.class %> <%= link("db").properties["password"].inspect %> <%= link("db").properties.key?("password") %> ==> Hash nil true
            <% link("db").if_p("password") { |x| }.else_if_p("port", "list") do |x, y| %><%= x %><%= y %><% end %> ==> 5432[1]
            <%= begin; link("db").p("nope"); rescue => e; e.class.name + e.message; end %> ==> Bosh::Common::Template::UnknownPropertyCan't find property 'nope'
            <%= link("db").address %> <%= link("db").address(azs: ["z1"], status: "healthy") %> ==> q-s0.data-base.private.shop.bosh q-a1s3.data-base.private.shop.bosh
            <%= link("manual").address.inspect %> <%= link("bare").address %> <%= link("bare").address(azs: ["z9"]) %> ==> nil by.hand by.hand
            <%= link("bare").properties.inspect %> <%= link("bare").p("x", 1) %> <%= link("bare").instances.inspect %> ==> nil 1 []
            <%= link("db").class %> <%= link("db").instances.first.class %> ==> Bosh::Common::Template::EvaluationLink Bosh::Common::Template::EvaluationLinkInstance
            <%= link("db").instance_variable_get(:@instances).size %> <%= link("db").instance_variable_get(:@properties)["port"] %> <%= link("db").instance_variable_get("@group_name") %> <%= link("db").instance_variable_get("@deployment_name") %> ==> 2 5432 data_base shop
            <%= link("db").instances.first.instance_variable_get(:@address) %> <%= link("db").instances.first.respond_to?(:if_p) %> <%= link("db").respond_to?(:instances) %> ==> 10.0.0.7 true true
            <%= link("manual").instances.first.instance_variables.sort.inspect %> ==> [:@address, :@az, :@bootstrap, :@id, :@index, :@name, :@properties]
            <%= link("db").instances.sort_by(&:index).reverse.map(&:id).join(" ") %> <%= link("db").instances.map(&:address).to_json %> ==> uuid-1 uuid-0 ["10.0.0.7","10.0.0.8"]
            """)
    void links_and_their_instances_have_the_methods_that_they_have_in_bosh(String template, String text) {
        assertThat(render(template)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " ==> ", quoteCharacter = '`', textBlock = """
            <%- if true -%><%= 1 %><%- end -%> ==> 1
            <% PORT = 80 %><%= PORT %> <% Pair = Struct.new(:a, :b) %><%= Pair.new(1, 2).b %> ==> 80 2
            <% class Helper; def hi; "hi"; end; end %><%= Helper.new.hi %> <%= p("text") %> <%= self.class.name.split("::").last %> ==> hi some text EvaluationContext
            <% module Tools; def self.up(x) = x.upcase; end %><%= Tools.up(name) %> <%= UnknownProperty %> ==> WEB Bosh::Common::Template::UnknownProperty
            <% def double(x) = x * 2 %><%= double(index) %> <%= [1].map { |x| double(x) } %> ==> 6 [2]
            <% helper = ->(n) { p(n) } %><%= helper.call("text") %> <%= helper.("bus.port") %> ==> some text 4222
            <%= __FILE__ %>:<%= __LINE__ %> ==> web/config.erb:1
            <%= "".blank? %> <%= " ".blank? %> <%= nil.present? %> <%= p("text").present? %> <%= [].presence.inspect %> <%= {}.blank? %> <%= 0.blank? %> <%= false.blank? %> ==> true true false true nil true false true
            <%= {"a" => {"b" => 1}}.to_openstruct.a.b %> <%= {"a" => {"b" => 1}}.recursive_merge("a" => {"c" => 2}).to_json %> ==> 1 {"a":{"b":1,"c":2}}
            <% require "active_support"; require "active_support/core_ext/object/blank" %><%= p("text").blank? %> ==> false
            <% require "json"; require "yaml"; require "openssl"; require "base64"; require "ipaddr"; require "uri"; require "set"; require "time"; require "securerandom"; require "digest"; require "erb"; require "ostruct"; require "shellwords"; require "cgi"; require "tempfile"; require "net/http"; require "zlib" %>ok ==> ok
            <%= IPAddr.new("10.0.0.0/24").include?("10.0.0.5") %> <%= URI("http://x:80/y").port %> <%= Set[1, 1].size %> <%= Time.parse("2024-01-01 00:00:00 UTC").year %> <%= Date.parse("2024-01-01").day %> ==> true 80 1 2024 1
            <%= Base64.strict_encode64("x") %> <%= Digest::SHA1.hexdigest("x")[0, 6] %> <%= OpenSSL::Digest.new("SHA256").hexdigest("x")[0, 6] %> <%= "a b".shellescape %> <%= Shellwords.escape("a b") %> ==> eA== 11f6ad 2d7116 a\\ b a\\ b
            <%= CGI.escape("a b") %> <%= ERB::Util.html_escape("<") %> <%= Pathname("/a/../b").cleanpath %> <%= BigDecimal("1.5").to_s("F") %> <%= StringIO.new("x").read %> ==> a+b &lt; /b 1.5 x
            <%= p("bus").to_json %> ==> {"user":null,"port":4222,"tls":false,"hosts":[{"name":"h1","ip":"10.0.0.1"},{"name":"h2"}]}
            <%= p("words").to_yaml.split("\\n").join("; ") %> ==> ---; 'true': true; text: 'yes'; none:
            <%= JSON.pretty_generate(p("words")).gsub("\\n", "") %> <%= JSON.dump(p("top", nil)) %> ==> {  "true": true,  "text": "yes",  "none": null} null
            <%= YAML.load("a: 1")["a"] %> <%= YAML.dump("x" => p("bus.hosts")).lines.size %> ==> 1 5
            <% name << "x"; spec.name << "y"; p("text") << "z" %><%= name %> <%= spec.name %> <%= p("text") %> ==> webx weby some text
            <%= _erbout.class %><% _erbout << "!" %> ==> String!
            <%= [raw_properties.object_id == raw_properties.object_id, spec.equal?(spec), properties.equal?(properties)].inspect %> ==> [true, true, true]
            """)
    void templates_do_what_they_do_in_ruby(String template, String text) {
        assertThat(render(template)).isEqualTo(text == null ? "" : text);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " ==> ", quoteCharacter = '`', textBlock = """
            <%= p("nope") %>                                  ==> line 1: Can't find property 'nope'
            <%= p(["nope", "nada"]) %>                        ==> line 1: Can't find property 'nope', or 'nada'
            <%= link("nope").address %>                       ==> line 1: Can't find link 'nope'
            <%= link("db").p("nope") %>                       ==> line 1: Can't find property 'nope'
            <%= link("manual").instances[0].p("nope") %>      ==> line 1: Can't find property 'nope'
            <%= p("top").size %>                              ==> line 1: Can't find property 'top'
            <%= properties.nope.deeper %>                     ==> line 1: NoMethodError: undefined method 'deeper' for nil
            <%= bus.port %>                                   ==> line 1: NameError: undefined local variable or method 'bus' for an instance of Bosh::Common::Template::EvaluationContext
            <% raise Exception, "over" %>                     ==> line 1: Exception: over
            <% exit 1 %>                                      ==> line 1: SystemExit: exit
            <% abort %>                                       ==> line 1: SystemExit
            <% def deep(x) = deep(x + 1) + 1 %><%= deep(0) %> ==> StackOverflow
            <% throw :x %>                                    ==> line 1: UncaughtThrowError
            <% require "nothing/here" %>                      ==> line 1: LoadError
            <% X = 1 %><%= p("nope") %>                       ==> line 1: Can't find property 'nope'
            <% class Y %><%                                   ==> SyntaxError
            """)
    void what_goes_wrong_is_told_in_one_line(String template, String message) {
        assertThatThrownBy(() -> render(template))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void a_line_is_named_where_a_template_defines_classes() {
        assertThatThrownBy(() -> render("<% class Z\nend %>\nthree\n<%= p('nope') %>"))
                .hasMessageContaining("line 4: Can't find property 'nope'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<% link('db').instances.first.address << 'x'; link('db').properties['port'] = 1 %>",
                "<% properties.bus.hosts.clear; p('bus.hosts').clear; raw_properties.clear %>",
                "<% spec.name << 'x'; spec.networks.private.dns.clear; name << 'x'; spec.links.db.instances.clear %>",
                "<% @raw_properties.clear; @links.clear; @spec.networks = nil %>",
                "<% LEAK = 1; class Leak; end; def leak; 1; end; $x = 1 %>"
            })
    void what_a_template_changes_no_other_template_sees(String template) {
        String seen = "<%= link('db').instances.map(&:address) %><%= link('db').p('port') %><%= raw_properties.size %>"
                + "<%= p('bus.hosts').size %><%= properties.bus.hosts.size %><%= name %><%= spec.name %>"
                + "<%= spec.networks.private.dns %><%= spec.links.db.instances.size %>"
                + "<%= defined?(LEAK).inspect %><%= defined?(Leak).inspect %><%= defined?(leak).inspect %>";
        String before = render(seen);

        var job = new JobSource(
                "web",
                Integer.toHexString(template.hashCode()),
                Map.of("a.erb", "a", "config.erb", "config"),
                Map.of("a.erb", template, "config.erb", seen));
        var prepared = renderer.prepare("site", job, PROPERTIES, LINKS);

        for (int i = 0; i < 3; i++) {
            assertThat(text(prepared.render(SPEC))).isEqualTo(before);
        }
        assertThat(before).isEqualTo("[\"10.0.0.7\", \"10.0.0.8\"]5432622webweb[\"8.8.8.8\"]2nilnilnil");
    }

    @Test
    void templates_with_constants_of_the_same_name_do_not_disturb_each_other() {
        var texts = IntStream.range(0, 100)
                .parallel()
                .mapToObj(i -> render("<% VALUE = " + i % 5 + "; Pair = Struct.new(:a) %><%= VALUE == " + i % 5
                        + " %><%= Pair.new(VALUE).a == " + i % 5 + " %>"))
                .distinct()
                .toList();

        assertThat(texts).containsExactly("truetrue");
    }

    @Test
    void deep_properties_reach_the_template() {
        var tree = new LinkedHashMap<String, Object>();
        Object deep = "bottom";
        for (int i = 0; i < 95; i++) {
            deep = Map.of("d", deep);
        }
        tree.put("deep", deep);
        var request =
                new RenderRequest("site", source("<%= p('deep" + ".d".repeat(95) + "') %>"), SPEC, tree, Map.of());

        assertThat(text(renderer.render(request))).isEqualTo("bottom");
    }

    private static String render(String template) {
        return text(renderer.render(new RenderRequest("site", source(template), SPEC, PROPERTIES, LINKS)));
    }

    private static JobSource source(String template) {
        return new JobSource(
                "web",
                Integer.toHexString(template.hashCode()),
                Map.of("config.erb", "config"),
                Map.of("config.erb", template));
    }

    private static String text(RenderedJob job) {
        return new String(job.files().getOrDefault("config", new byte[0]), StandardCharsets.UTF_8);
    }
}
