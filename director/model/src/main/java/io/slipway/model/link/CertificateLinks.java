package io.slipway.model.link;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.link.LinkGraph.ConsumerNode;
import io.slipway.model.link.LinkGraph.Edge;
import io.slipway.model.link.LinkGraph.Owner;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.variable.VariableDefinition.Consumed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts the names of links into the options of the certificates that consume them. */
public final class CertificateLinks {
    private static final String COMMON_NAME = "common_name";
    private static final int LONGEST_COMMON_NAME = 64;
    private static final String ALTERNATIVE_NAMES = "alternative_names";

    private final DeploymentSpec spec;
    private final Function<Address, String> names;
    private final Problems problems = new Problems();

    private CertificateLinks(DeploymentSpec spec, Function<Address, String> names) {
        this.spec = spec;
        this.names = names;
    }

    /**
     * Where the provider of a link is found.
     *
     * @param network its default one
     * @param link its name as a group of its own: {@code provider-type}
     */
    public record Address(String group, String network, String link) {}

    /**
     * The definitions, those that consume links with options that name them.
     *
     * @param names gives the DNS name for all instances of a provider
     * @throws io.slipway.model.InvalidInput naming each variable and link where there is not exactly one provider
     */
    public static List<VariableDefinition> named(
            DeploymentSpec spec, List<VariableDefinition> definitions, Function<Address, String> names) {
        return new CertificateLinks(spec, names).named(definitions);
    }

    /** Who takes what, as far as there is exactly one who gives it. */
    public static LinkGraph graph(DeploymentSpec spec, List<VariableDefinition> definitions) {
        var providers = Providers.of(spec, new Problems(), new ArrayList<>());
        var consumers = new ArrayList<ConsumerNode>();
        var edges = new ArrayList<Edge>();
        for (VariableDefinition definition : definitions) {
            for (Consumed link : definition.consumes()) {
                var consumer = new ConsumerNode(
                        new Owner("variable", definition.name(), ""), link.target(), link.type(), link.from(), false);
                consumers.add(consumer);
                var fitting = fitting(link, providers);
                if (fitting.size() == 1) {
                    var node = LinkTrace.node(fitting.getFirst(), spec.name(), spec.features());
                    edges.add(new Edge(consumer, spec.name(), node, node.name(), node.address()));
                }
            }
        }
        return new LinkGraph(List.of(), consumers, edges);
    }

    private static List<Provider> fitting(Consumed link, List<Provider> providers) {
        return providers.stream()
                .filter(one ->
                        one.alias().equals(link.from()) && one.link().type().equals(link.type()))
                .toList();
    }

    private List<VariableDefinition> named(List<VariableDefinition> definitions) {
        var providers = Providers.of(spec, problems, new ArrayList<>());
        var found = new LinkedHashMap<Consumed, Address>();
        for (VariableDefinition definition : definitions) {
            for (Consumed link : definition.consumes()) {
                addressOf(definition, link, providers).ifPresent(address -> found.put(link, address));
            }
        }
        problems.throwIfAny();
        return definitions.stream().map(one -> named(one, found)).toList();
    }

    private Optional<Address> addressOf(VariableDefinition definition, Consumed link, List<Provider> providers) {
        var fitting = fitting(link, providers);
        if (fitting.size() == 1) {
            var provider = fitting.getFirst();
            return Optional.of(new Address(
                    provider.group().name(), provider.group().defaultNetwork(), provider.alias() + "-" + link.type()));
        }
        problems.add(
                ErrorCodes.INVALID_LINK,
                "variables." + definition.name() + ".consumes." + link.target(),
                LinkTexts.unresolved(
                        link.target(),
                        link.from(),
                        link.type(),
                        "variable '" + definition.name() + "'",
                        fitting.stream().map(one -> one.described(spec.name())).toList()));
        return Optional.empty();
    }

    private VariableDefinition named(VariableDefinition definition, Map<Consumed, Address> found) {
        if (definition.consumes().isEmpty()) {
            return definition;
        }
        var options = new LinkedHashMap<>(definition.options());
        for (Consumed link : definition.consumes()) {
            String whole = names.apply(Objects.requireNonNull(found.get(link)));
            String name = link.isWildcard() ? "*" + whole.substring(whole.indexOf('.')) : whole;
            if (link.target().equals(COMMON_NAME) && options.get(COMMON_NAME) != null) {
                continue;
            }
            // A common name is no longer than this; who checks a certificate looks at its alternative names first
            // anyway.
            if (link.target().equals(COMMON_NAME) && name.length() <= LONGEST_COMMON_NAME) {
                options.put(COMMON_NAME, name);
            } else {
                options.put(ALTERNATIVE_NAMES, extended(options.get(ALTERNATIVE_NAMES), name));
            }
        }
        return definition.withOptions(options);
    }

    private static List<Object> extended(@Nullable Object given, String name) {
        var all = new ArrayList<Object>();
        if (given instanceof List<?> list) {
            all.addAll(list);
        } else if (given != null) {
            all.add(given);
        }
        if (!all.contains(name)) {
            all.add(name);
        }
        return all;
    }
}
