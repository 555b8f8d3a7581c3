package io.slipway.model.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problems;
import io.slipway.model.addon.Addons;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.release.JobSpec;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.version.BoshVersion;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A good manifest or config in which some values were replaced by others: read, or refused with the places named. */
class HostileManifestTest {
    private static final Map<String, Object> MANIFEST = Yaml.parseMap("""
            name: probe
            releases: [{name: r, version: "1"}]
            stemcells: [{alias: default, os: linux, version: latest}]
            update: {canaries: 1, max_in_flight: 50%, canary_watch_time: 1-30000, update_watch_time: 1000, serial: true}
            variables: [{name: secret, type: password, options: {length: 10}}]
            features: {use_dns_addresses: true}
            tags: {a: b}
            instance_groups:
            - name: one
              instances: 2
              azs: [z1]
              vm_type: small
              vm_extensions: [more]
              persistent_disk_type: disk
              stemcell: default
              env: {bosh: {password: x}}
              networks: [{name: net, static_ips: [10.0.0.10-10.0.0.11], default: [dns, gateway]}]
              jobs:
              - {name: j, release: r, properties: {a: ((secret))}, consumes: {}, provides: {}}
            """, "manifest");
    private static final Map<String, Object> CLOUD = Yaml.parseMap("""
            azs: [{name: z1, cloud_properties: {a: 1}}]
            vm_types: [{name: small, cloud_properties: {cpu: 1}}]
            vm_extensions: [{name: more, cloud_properties: {x: y}}]
            disk_types: [{name: disk, disk_size: 1024}]
            networks:
            - name: net
              type: manual
              subnets:
              - {range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1], dns: [8.8.8.8], reserved: [10.0.0.2-10.0.0.9],
                 static: [10.0.0.10-10.0.0.20]}
            compilation: {workers: 2, az: z1, vm_type: small, vm_extensions: [more], network: net, env: {a: b},
              reuse_compilation_vms: true}
            """, "cloud config");
    private static final Map<String, Object> RUNTIME = Yaml.parseMap("""
            releases: [{name: r, version: "1"}]
            addons:
            - name: add
              jobs: [{name: k, release: r, properties: {a: b}}]
              include: {deployments: [probe]}
              exclude: {azs: [z9], teams: [t]}
            tags: {team: x}
            variables: [{name: v, type: certificate}]
            """, "runtime config");

    /** Which value of a tree, counted in the order of reading, becomes what. */
    record Mutation(int place, @Nullable Object value) {}

    @Property(tries = 1500)
    void a_mutated_manifest_is_read_or_refused(@ForAll("mutations") List<Mutation> mutations) {
        attempt(() -> {
            var manifest = Manifest.parse(mutated(MANIFEST, mutations));
            DeploymentSpec.resolve(manifest, CloudConfig.parse(CLOUD), new Shelf());
        });
    }

    @Property(tries = 1000)
    void a_mutated_cloud_config_is_read_or_refused(@ForAll("mutations") List<Mutation> mutations) {
        attempt(() -> {
            var cloud = CloudConfig.parse(mutated(CLOUD, mutations));
            DeploymentSpec.resolve(Manifest.parse(MANIFEST), cloud, new Shelf());
        });
        attempt(() -> CloudConfig.merge(List.of(CLOUD, mutated(CLOUD, mutations))));
        attempt(() -> CloudConfig.checkPart(mutated(CLOUD, mutations)));
    }

    @Property(tries = 1000)
    void a_mutated_runtime_config_is_read_or_refused(@ForAll("mutations") List<Mutation> mutations) {
        attempt(() -> Addons.applied(MANIFEST, List.of(mutated(RUNTIME, mutations)), alias -> ""));
        attempt(() -> Addons.applied(mutated(MANIFEST, mutations), List.of(RUNTIME), alias -> ""));
        attempt(() -> Addons.check(mutated(RUNTIME, mutations)));
        Addons.warnings(mutated(MANIFEST, mutations), List.of(mutated(RUNTIME, mutations)));
    }

    @Property(tries = 500)
    void references_of_any_form_are_filled_in_or_named(@ForAll("values") @Nullable Object value, @ForAll String text) {
        var tree = new LinkedHashMap<String, @Nullable Object>();
        tree.put("((" + text + "))", value);
        tree.put("a", "((x.y.z)) ((" + text + "))((");

        attempt(() -> VariableReferences.interpolate(tree, name -> name.length() % 2 == 0 ? value : "text"));
        VariableReferences.find(tree);
    }

    @Property
    void any_text_has_a_place_among_versions_and_may_be_a_range(
            @ForAll("texts") String one, @ForAll("texts") String two) {
        int order = BoshVersion.parse(one).compareTo(BoshVersion.parse(two));

        assertThat(Integer.signum(BoshVersion.parse(two).compareTo(BoshVersion.parse(one))))
                .isEqualTo(-Integer.signum(order));
        Ipv4Range.tryParse(one).ifPresent(range -> assertThat(range.size()).isBetween(1L, 1L << 32));
    }

    @Test
    void more_instances_than_anybody_has_are_refused_before_they_are_counted_out() {
        var group = new Fields(MANIFEST, "", new Problems())
                .objects("instance_groups")
                .getFirst()
                .raw();
        var groups = new ArrayList<Object>();
        for (int i = 0; i < 1000; i++) {
            var one = new LinkedHashMap<>(group);
            one.put("name", "g" + i);
            one.put("instances", 99_999);
            groups.add(one);
        }
        var manifest = new LinkedHashMap<>(MANIFEST);
        manifest.put("instance_groups", groups);

        assertThat(refusal(() -> Manifest.parse(manifest))).contains("99999000 instances", "at most 100000");
    }

    @Test
    void a_name_of_any_length_is_refused_in_few_words() {
        var manifest = new LinkedHashMap<>(MANIFEST);
        manifest.put("name", "n".repeat(1_000_000));

        assertThat(refusal(() -> Manifest.parse(manifest)))
                .isEqualTo("'name' length (1000000) should be less than 245");
    }

    @Provide
    Arbitrary<List<Mutation>> mutations() {
        return Combinators.combine(Arbitraries.integers().between(0, 90), values())
                .as(Mutation::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<Object> values() {
        var scalars = Arbitraries.<Object>of(
                0,
                1,
                -1,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                new java.math.BigInteger("9".repeat(90)),
                1.5,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                true,
                false,
                "",
                " ",
                "0.0.0.0/0",
                "10.0.0.0/33",
                "255.255.255.255-0.0.0.0",
                "0.0.0.0-255.255.255.255",
                "1-",
                "999999%",
                "-1%",
                "999999999-999999999",
                "latest",
                "((x))",
                "((",
                "../..",
                "a/b",
                "\u202e",
                "\uD800",
                "x".repeat(300),
                "x".repeat(100_000));
        var any = Arbitraries.oneOf(
                        scalars, Arbitraries.strings().ofMaxLength(20).map(text -> text))
                .injectNull(0.1);
        return Arbitraries.oneOf(any, any.list().ofMaxSize(3).map(list -> (Object) list), any.map(value -> {
            var map = new LinkedHashMap<String, Object>();
            map.put("name", value);
            map.put("x", value);
            return map;
        }));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(15),
                Arbitraries.strings().withChars("0123456789.-+/ ").ofMaxLength(25));
    }

    private static Map<String, Object> mutated(Map<String, Object> tree, List<Mutation> mutations) {
        Map<String, Object> result = tree;
        for (Mutation mutation : mutations) {
            result = io.slipway.model.yaml.Trees.asMap((Map<?, ?>)
                    java.util.Objects.requireNonNull(changed(result, new int[] {mutation.place()}, mutation.value())));
        }
        return result;
    }

    private static @Nullable Object changed(@Nullable Object tree, int[] left, @Nullable Object value) {
        return switch (tree) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<Object, @Nullable Object>();
                map.forEach((key, child) -> copy.put(key, left[0]-- == 0 ? value : changed(child, left, value)));
                yield copy;
            }
            case List<?> list -> {
                var copy = new ArrayList<@Nullable Object>();
                list.forEach(child -> copy.add(left[0]-- == 0 ? value : changed(child, left, value)));
                yield copy;
            }
            case null -> null;
            default -> tree;
        };
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (InvalidInput refused) {
            assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n", "Exception", "java.");
            assertThat(refused.getMessage()).hasSizeLessThan(100 * 2100);
        }
    }

    private static String refusal(Runnable work) {
        try {
            work.run();
        } catch (InvalidInput refused) {
            return String.valueOf(refused.getMessage());
        }
        throw new AssertionError("it was not refused");
    }

    @Test
    void what_is_mutated_was_good() {
        var spec = DeploymentSpec.resolve(Manifest.parse(MANIFEST), CloudConfig.parse(CLOUD), new Shelf());

        assertThat(spec.groups()).singleElement().satisfies(group -> assertThat(group.instances())
                .isEqualTo(2));
        assertThat(Addons.applied(MANIFEST, List.of(RUNTIME), alias -> "")).containsKey("instance_groups");
    }

    /** Holds whatever has a name and a version. */
    private static final class Shelf implements Catalog {
        @Override
        public Optional<ReleaseVersion> release(String name, String version) {
            var spec = JobSpec.fromMap(Map.of("name", "j", "templates", Map.of("t", "t")));
            return Optional.of(new ReleaseVersion(
                    name,
                    version,
                    "abc",
                    false,
                    Map.of("j", new CatalogJob("j", "1", "f", "0".repeat(64), spec)),
                    Map.of(),
                    List.of()));
        }

        @Override
        public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
            return Optional.of(new StemcellVersion("s", wanted.version(), "linux", Map.of("", "cid")));
        }
    }
}
