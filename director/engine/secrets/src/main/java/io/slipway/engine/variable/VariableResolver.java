package io.slipway.engine.variable;

import io.slipway.engine.certificate.CertificateMaker;
import io.slipway.engine.certificate.Issued;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.yaml.Yaml;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * Gives references their values: what is defined and not there yet is generated, CAs before what they sign, the rest
 * side by side. A relative name belongs to its deployment, an absolute one is shared.
 */
public final class VariableResolver {
    private static final int INVALID = 40001;

    private final VariableStore store;
    private final VariableGenerator generator;
    private final String directorName;

    public VariableResolver(VariableStore store, String directorName, Clock clock) {
        this.store = store;
        this.generator = new VariableGenerator(new CertificateMaker(clock));
        this.directorName = directorName;
    }

    /** The name under which a reference is stored. */
    public String absoluteName(String deployment, String name) {
        return name.startsWith("/") ? name : "/" + directorName + "/" + deployment + "/" + name;
    }

    /**
     * Values by the name that was referred to.
     *
     * @throws InvalidInput naming each definition that makes no sense, and each reference that has no value
     */
    public Map<String, Object> resolve(
            String deployment, List<VariableDefinition> definitions, Set<String> references) {
        check(definitions);
        var values = new LinkedHashMap<String, Object>();
        for (List<VariableDefinition> level : levels(definitions)) {
            values.putAll(generate(deployment, level, values));
        }
        var problems = new ArrayList<Problem>();
        for (String reference : references) {
            if (!values.containsKey(reference)) {
                store.get(absoluteName(deployment, reference))
                        .ifPresentOrElse(
                                value -> values.put(reference, value),
                                () -> problems.add(new Problem(
                                        INVALID,
                                        reference,
                                        "variable '((" + reference
                                                + "))' has no value: define it under 'variables', or set it")));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        return values;
    }

    private Map<String, Object> generate(
            String deployment, List<VariableDefinition> level, Map<String, Object> before) {
        var running = new LinkedHashMap<String, CompletableFuture<Object>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (VariableDefinition definition : level) {
                running.put(
                        definition.name(),
                        CompletableFuture.supplyAsync(() -> valueOf(deployment, definition, before), threads));
            }
        }
        var values = new LinkedHashMap<String, Object>();
        running.forEach((name, value) -> {
            try {
                values.put(name, value.join());
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
            }
        });
        return values;
    }

    private Object valueOf(String deployment, VariableDefinition definition, Map<String, Object> before) {
        String name = absoluteName(deployment, definition.name());
        String options = hash(Yaml.canonicalJson(definition.options()));
        var row = store.row(name);
        boolean isOutdated = row.isPresent()
                && (definition.updateMode().equals("overwrite")
                        || definition.updateMode().equals("converge")
                                && !row.get().optionsHash().equals(options));
        if (row.isPresent() && !isOutdated) {
            return store.get(name).orElseThrow();
        }
        Object value;
        try {
            value = generator.generate(definition.type(), definition.options(), caOf(deployment, definition, before));
        } catch (IllegalArgumentException senseless) {
            throw new InvalidInput(new Problem(
                    INVALID, definition.name(), "variable '" + definition.name() + "': " + senseless.getMessage()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
        if (isOutdated) {
            store.replace(name, options, value);
            return value;
        }
        String owner = definition.name().startsWith("/") ? "" : deployment;
        return store.putIfAbsent(name, definition.type(), owner, options, value);
    }

    private Optional<Issued> caOf(String deployment, VariableDefinition definition, Map<String, Object> before) {
        Object name = definition.options().get("ca");
        if (!definition.type().equals("certificate") || name == null) {
            return Optional.empty();
        }
        String ca = String.valueOf(name);
        Object value = before.containsKey(ca)
                ? before.get(ca)
                : store.get(absoluteName(deployment, ca)).orElse(null);
        if (value instanceof Map<?, ?> map && map.get("certificate") != null && map.get("private_key") != null) {
            return Optional.of(
                    new Issued(String.valueOf(map.get("certificate")), String.valueOf(map.get("private_key"))));
        }
        throw new InvalidInput(new Problem(
                INVALID,
                definition.name(),
                "variable '" + definition.name() + "': its CA '" + ca
                        + "' is not defined: define it under 'variables'"));
    }

    private static void check(List<VariableDefinition> definitions) {
        var problems = new ArrayList<Problem>();
        var names = new LinkedHashSet<String>();
        for (VariableDefinition definition : definitions) {
            if (!VariableGenerator.isKnown(definition.type())) {
                problems.add(new Problem(
                        INVALID,
                        definition.name(),
                        "variable '" + definition.name() + "' has type '" + definition.type()
                                + "': expected password, certificate, rsa, ssh or user"));
            }
            if (!names.add(definition.name())) {
                problems.add(new Problem(
                        INVALID, definition.name(), "variable '" + definition.name() + "' is defined twice"));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
    }

    /** A definition comes after its CA. */
    private static List<List<VariableDefinition>> levels(List<VariableDefinition> definitions) {
        var byName = new LinkedHashMap<String, VariableDefinition>();
        definitions.forEach(definition -> byName.put(definition.name(), definition));
        var levels = new ArrayList<List<VariableDefinition>>();
        for (VariableDefinition definition : definitions) {
            int depth = depth(definition, byName, definitions.size());
            while (levels.size() <= depth) {
                levels.add(new ArrayList<>());
            }
            levels.get(depth).add(definition);
        }
        return levels;
    }

    private static int depth(VariableDefinition definition, Map<String, VariableDefinition> byName, int limit) {
        int depth = 0;
        var at = definition;
        while (at != null && at.options().get("ca") != null) {
            at = byName.get(String.valueOf(at.options().get("ca")));
            if (++depth > limit) {
                throw new InvalidInput(new Problem(
                        INVALID,
                        definition.name(),
                        "variable '" + definition.name() + "': its CAs sign each other in a circle"));
            }
        }
        return depth;
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
