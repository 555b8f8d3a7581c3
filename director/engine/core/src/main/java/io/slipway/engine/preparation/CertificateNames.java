package io.slipway.engine.preparation;

import io.slipway.engine.plan.Topologies;
import io.slipway.model.config.Az;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.dns.DnsFeatures;
import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.dns.DnsTopology;
import io.slipway.model.link.CertificateLinks;
import io.slipway.model.link.CertificateLinks.Address;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Trees;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Gives certificates the names of the links that they consume. Which links there are, the manifest says; and the
 * manifest may be full of values that are not generated yet. So it is read once with others in their place: no part of a
 * group that a link's name is made of is ever generated.
 */
final class CertificateNames {
    private static final String UNKNOWN = "not-generated-yet";
    private static final Object UNKNOWN_FIELDS = Map.of(
            "ca", UNKNOWN,
            "certificate", UNKNOWN,
            "private_key", UNKNOWN,
            "public_key", UNKNOWN,
            "public_key_fingerprint", UNKNOWN,
            "username", UNKNOWN,
            "password_hash", UNKNOWN,
            "password", UNKNOWN);

    private final Manifest.Heading heading;
    private final Catalog catalog;
    private final Function<Set<String>, Map<String, Object>> values;
    private final Function<DnsTopology, DnsNames> names;

    /**
     * @param values of variables that are not defined here
     * @param names numbers all that a topology names
     */
    CertificateNames(
            Manifest.Heading heading,
            Catalog catalog,
            Function<Set<String>, Map<String, Object>> values,
            Function<DnsTopology, DnsNames> names) {
        this.heading = heading;
        this.catalog = catalog;
        this.values = values;
        this.names = names;
    }

    /**
     * The definitions of variables, complete. Nothing is generated.
     *
     * @param body the manifest without its variables
     * @throws io.slipway.model.InvalidInput naming each link that nobody provides, with the variable that consumes it
     */
    List<VariableDefinition> definitions(Map<String, Object> body, CloudConfig cloud) {
        var definitions = heading.definitions();
        if (definitions.stream().allMatch(one -> one.consumes().isEmpty())) {
            return definitions;
        }
        var manifest = Manifest.parse(filledIn(body, definitions));
        var spec = DeploymentSpec.resolve(manifest, cloud, catalog);
        var features = DnsFeatures.of(manifest.features());
        return CertificateLinks.named(spec, definitions, address -> name(address, spec, cloud, features));
    }

    private Map<String, Object> filledIn(Map<String, Object> body, List<VariableDefinition> definitions) {
        var placeholders = new LinkedHashMap<String, Object>();
        var others = new LinkedHashSet<String>();
        for (String reference : VariableReferences.find(body)) {
            definitions.stream()
                    .filter(one -> isOf(reference, one))
                    .findFirst()
                    .ifPresentOrElse(
                            one -> placeholders.put(
                                    reference, one.type().equals("password") ? UNKNOWN : UNKNOWN_FIELDS),
                            () -> others.add(reference));
        }
        var known = values.apply(others);
        return Trees.asMap((Map<?, ?>) Objects.requireNonNull(VariableReferences.interpolate(
                body, name -> placeholders.containsKey(name) ? placeholders.get(name) : known.get(name))));
    }

    /** By its own name, or by its absolute one. */
    private static boolean isOf(String reference, VariableDefinition definition) {
        return reference.equals(definition.name()) || reference.endsWith("/" + definition.name());
    }

    private String name(Address address, DeploymentSpec spec, CloudConfig cloud, DnsFeatures features) {
        boolean isByLink = features.useLinkDnsNames();
        if (!isByLink && !features.useShortDnsAddresses()) {
            return DnsNames.all(address.group(), address.network(), spec.name());
        }
        Set<String> azs = cloud.azs().stream().map(Az::name).collect(Collectors.toSet());
        var group = isByLink
                ? new DnsGroup(DnsGroup.Kind.LINK, spec.name(), address.link())
                : DnsGroup.ofInstances(spec.name(), address.group());
        return names.apply(Topologies.of(spec, azs, Set.of())).shortAll(group, address.network());
    }
}
