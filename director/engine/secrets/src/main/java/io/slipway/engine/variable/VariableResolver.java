package io.slipway.engine.variable;

import io.slipway.engine.certificate.CertificateMaker;
import io.slipway.engine.certificate.Issued;
import io.slipway.engine.variable.VariableStore.VariableRow;
import io.slipway.model.ErrorCodes;
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
     * What a run's references stand for.
     *
     * @throws InvalidInput naming each definition that makes no sense, and each reference that has no value
     */
    public ResolvedVariables resolve(VariableRequest request) {
        check(request.definitions());
        return new Run(request, store.idsUsedBy(request.deployment())).resolve();
    }

    /** The newest values, by the name that was referred to. */
    public Map<String, Object> resolve(
            String deployment, List<VariableDefinition> definitions, Set<String> references) {
        return resolve(VariableRequest.newest(deployment, definitions, references))
                .values();
    }

    /** A value, and which version of its variable it is. */
    private record Version(Object value, VariableRow row) {}

    /** One resolution. */
    private final class Run {
        private final VariableRequest request;
        private final Map<String, Long> used;
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final Map<String, Long> ids = new LinkedHashMap<>();

        Run(VariableRequest request, Map<String, Long> used) {
            this.request = request;
            this.used = used;
        }

        ResolvedVariables resolve() {
            for (List<VariableDefinition> level : levels(request.definitions())) {
                generate(level).forEach(this::found);
            }
            var problems = new ArrayList<Problem>();
            for (String reference : request.references()) {
                if (!values.containsKey(reference)) {
                    stored(reference)
                            .ifPresentOrElse(
                                    version -> found(reference, version),
                                    () -> problems.add(new Problem(
                                            ErrorCodes.MISSING_VARIABLE,
                                            reference,
                                            "variable '((" + reference
                                                    + "))' has no value: define it under 'variables', or set it")));
                }
            }
            if (!problems.isEmpty()) {
                throw new InvalidInput(problems);
            }
            return new ResolvedVariables(values, ids);
        }

        private void found(String name, Version version) {
            values.put(name, version.value());
            ids.put(version.row().name(), version.row().id());
        }

        private Map<String, Version> generate(List<VariableDefinition> level) {
            var running = new LinkedHashMap<String, CompletableFuture<Version>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (VariableDefinition definition : level) {
                    running.put(definition.name(), CompletableFuture.supplyAsync(() -> versionOf(definition), threads));
                }
            }
            var versions = new LinkedHashMap<String, Version>();
            running.forEach((name, version) -> {
                try {
                    versions.put(name, version.join());
                } catch (CompletionException failed) {
                    throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
                }
            });
            return versions;
        }

        private Version versionOf(VariableDefinition definition) {
            var kept = kept(definition.name());
            if (kept.isPresent()) {
                return kept.get();
            }
            String name = absoluteName(request.deployment(), definition.name());
            String options = hash(Yaml.canonicalJson(definition.options()));
            var row = store.row(name);
            boolean isOutdated = row.isPresent()
                    && (mode(definition).equals("overwrite")
                            || mode(definition).equals("converge") && isOther(row.get(), definition, options));
            if (row.isPresent() && !isOutdated) {
                return version(row.get());
            }
            Object value = generated(definition);
            int version = row.map(VariableRow::version).orElse(0) + 1;
            String owner = definition.name().startsWith("/") ? "" : request.deployment();
            return version(store.put(name, version, definition.type(), owner, options, value));
        }

        private Object generated(VariableDefinition definition) {
            try {
                return generator.generate(definition.type(), definition.options(), caOf(definition));
            } catch (IllegalArgumentException senseless) {
                throw new InvalidInput(new Problem(
                        INVALID, definition.name(), "variable '" + definition.name() + "': " + senseless.getMessage()));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        private Optional<Version> stored(String reference) {
            return kept(reference).or(() -> store.row(absoluteName(request.deployment(), reference))
                    .map(this::version));
        }

        /** The version that the deployment uses, if it is to be used again. */
        private Optional<Version> kept(String reference) {
            Long id = used.get(absoluteName(request.deployment(), reference));
            return id == null || !request.isKept().test(reference)
                    ? Optional.empty()
                    : store.row(id).map(this::version);
        }

        private Version version(VariableRow row) {
            return new Version(store.get(row.id()).orElseThrow(), row);
        }

        private Optional<Issued> caOf(VariableDefinition definition) {
            Object name = definition.options().get("ca");
            if (!definition.type().equals("certificate") || name == null) {
                return Optional.empty();
            }
            String ca = String.valueOf(name);
            Object value = values.containsKey(ca)
                    ? values.get(ca)
                    : stored(ca).map(Version::value).orElse(null);
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
    }

    private static boolean isOther(VariableRow row, VariableDefinition definition, String options) {
        return !row.optionsHash().equals(options) || !row.type().equals(definition.type());
    }

    private static String mode(VariableDefinition definition) {
        return definition.updateMode().orElse("no-overwrite");
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
