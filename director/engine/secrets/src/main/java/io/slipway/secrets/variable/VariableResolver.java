package io.slipway.secrets.variable;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.secrets.certificate.CertificateMaker;
import io.slipway.secrets.certificate.Issued;
import io.slipway.secrets.variable.VariableStore.VariableRow;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Gives references their values: what is defined and not there yet is generated, CAs before what they sign, the rest
 * side by side. A relative name belongs to its deployment, an absolute one is shared.
 *
 * <p>A value that is there stays where the definition's mode is {@code no-overwrite}, and is made anew by each run where it
 * is {@code overwrite}. Where it is {@code converge} it is made anew when its options ask for another value, and, if it is a
 * certificate, when its CA is another than the one that signed it: so a new CA reaches all that converges below it in the
 * run that makes it, or, where another deployment made it, in the next run.
 */
public final class VariableResolver {
    static final int INVALID = 40001;

    private final VariableStore store;
    private final VariableGenerator generator;
    private final String directorName;
    private final CertificatePolicy policy;

    public VariableResolver(VariableStore store, String directorName, CertificatePolicy policy, Clock clock) {
        this.store = store;
        this.generator = new VariableGenerator(new CertificateMaker(clock));
        this.directorName = directorName;
        this.policy = policy;
    }

    /** The name under which a reference is stored. */
    public String absoluteName(String deployment, String name) {
        return name.startsWith("/") ? name : "/" + directorName + "/" + deployment + "/" + name;
    }

    /**
     * What a run's references stand for. What is made is made for this task: a run of it that begins again finds it, and
     * makes no other.
     *
     * @throws InvalidInput naming each definition that makes no sense, before anything is generated; and each reference
     *     that has no value
     */
    public ResolvedVariables resolve(VariableRequest request, long task) {
        return new Resolution(request, task, Mode.STORE).resolve();
    }

    /**
     * As {@link #resolve}, but what is made is not stored; it has no id.
     *
     * @throws InvalidInput as {@link #resolve}
     */
    public ResolvedVariables preview(VariableRequest request) {
        return new Resolution(request, 0, Mode.PREVIEW).resolve();
    }

    /**
     * The versions that were pinned; nothing is made. What was not pinned, as by earlier versions of the director, is as the
     * deployment uses it, else the newest.
     *
     * @param ids of versions, by absolute name
     * @throws InvalidInput naming each reference that has no value
     */
    public ResolvedVariables pinned(VariableRequest request, Map<String, Long> ids) {
        var pinned = new LinkedHashMap<>(store.idsUsedBy(request.deployment()));
        pinned.putAll(ids);
        var names = new LinkedHashSet<>(request.references());
        request.definitions().stream()
                .map(VariableDefinition::name)
                .filter(name -> pinned.containsKey(absoluteName(request.deployment(), name)))
                .forEach(names::add);
        return new Resolution(new VariableRequest(request.deployment(), List.of(), names, name -> true), pinned)
                .resolve();
    }

    /** Whether what is made is stored. */
    private enum Mode {
        STORE,
        PREVIEW
    }

    /**
     * A value, and which version of its variable it is.
     *
     * @param row null for one that is not stored
     */
    private record Version(Object value, @Nullable VariableRow row) {}

    /** One resolution. */
    private final class Resolution {
        private final VariableRequest request;
        private final long task;
        private final Mode mode;
        private final Map<String, Long> used;
        /** By absolute name. */
        private final Map<String, Version> found = new LinkedHashMap<>();

        Resolution(VariableRequest request, long task, Mode mode) {
            this.request = request;
            this.task = task;
            this.mode = mode;
            this.used = store.idsUsedBy(request.deployment());
        }

        /** @param used what is kept, by absolute name */
        Resolution(VariableRequest request, Map<String, Long> used) {
            this.request = request;
            this.task = 0;
            this.mode = Mode.PREVIEW;
            this.used = used;
        }

        ResolvedVariables resolve() {
            for (VariableDefinition definition : request.definitions()) {
                kept(definition.name()).ifPresent(version -> found.put(absolute(definition.name()), version));
            }
            var wanted = new WantedVariables(this::absolute, policy);
            request.definitions().stream()
                    .filter(definition -> !found.containsKey(absolute(definition.name())))
                    .forEach(definition -> wanted.add(definition, store.row(absolute(definition.name()))));
            wanted.check(name -> current(name).isPresent());
            for (List<WantedVariables.Wanted> level : wanted.levels()) {
                found.putAll(generate(level));
            }
            return new ResolvedVariables(values(), ids());
        }

        private String absolute(String name) {
            return absoluteName(request.deployment(), name);
        }

        /** By the names that were defined and referred to. */
        private Map<String, Object> values() {
            var values = new LinkedHashMap<String, Object>();
            for (VariableDefinition definition : request.definitions()) {
                found(definition.name()).ifPresent(version -> values.put(definition.name(), version.value()));
            }
            var problems = new ArrayList<Problem>();
            for (String reference : request.references()) {
                found(reference)
                        .ifPresentOrElse(
                                version -> values.put(reference, version.value()),
                                () -> problems.add(new Problem(
                                        ErrorCodes.MISSING_VARIABLE,
                                        reference,
                                        "variable '((" + reference
                                                + "))' has no value: define it under 'variables', or set it")));
            }
            if (!problems.isEmpty()) {
                throw new InvalidInput(problems);
            }
            return values;
        }

        private Map<String, Long> ids() {
            var ids = new LinkedHashMap<String, Long>();
            found.forEach((name, version) -> {
                if (version.row() != null) {
                    ids.put(name, version.row().id());
                }
            });
            return ids;
        }

        /** What was defined, or is stored. */
        private Optional<Version> found(String reference) {
            String name = absolute(reference);
            if (!found.containsKey(name)) {
                kept(reference).or(() -> newest(name)).ifPresent(version -> found.put(name, version));
            }
            return Optional.ofNullable(found.get(name));
        }

        private Map<String, Version> generate(List<WantedVariables.Wanted> level) {
            var running = new LinkedHashMap<String, CompletableFuture<Version>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (WantedVariables.Wanted wanted : level) {
                    running.put(wanted.name(), CompletableFuture.supplyAsync(() -> versionOf(wanted), threads));
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

        private Version versionOf(WantedVariables.Wanted wanted) {
            var present = wanted.row().map(this::version);
            if (present.isPresent() && !isOutdated(present.get(), wanted)) {
                return present.get();
            }
            var value = generated(wanted);
            if (mode == Mode.PREVIEW) {
                return new Version(value, null);
            }
            String name = wanted.definition().name();
            var made = new VariableRow(
                    0,
                    wanted.name(),
                    wanted.row().map(VariableRow::version).orElse(0) + 1,
                    wanted.definition().type(),
                    name.startsWith("/") ? "" : request.deployment(),
                    wanted.digest(),
                    task);
            return version(store.put(made, value));
        }

        private boolean isOutdated(Version present, WantedVariables.Wanted wanted) {
            return switch (wanted.mode()) {
                case OVERWRITE -> !isMadeForThis(present);
                case CONVERGE ->
                    wanted.row().map(wanted::isOtherThan).orElse(true) || isOfAnotherSigner(present, wanted);
                case NO_OVERWRITE -> false;
            };
        }

        private boolean isMadeForThis(Version present) {
            return task > 0 && present.row() != null && present.row().madeFor() == task;
        }

        private boolean isOfAnotherSigner(Version present, WantedVariables.Wanted wanted) {
            var ca = signerOf(wanted);
            if (ca.isEmpty()) {
                return false;
            }
            if (!(present.value() instanceof Map<?, ?> value)) {
                return true;
            }
            String signer = ca.get().certificatePem();
            return !CertificateMaker.isSame(String.valueOf(value.get("ca")), signer)
                    || !CertificateMaker.isSignedBy(String.valueOf(value.get("certificate")), signer);
        }

        private Object generated(WantedVariables.Wanted wanted) {
            try {
                return generator.generate(wanted.spec(), signerOf(wanted));
            } catch (IllegalArgumentException unfit) {
                throw unusable(wanted, ": " + unfit.getMessage());
            }
        }

        private Optional<Issued> signerOf(WantedVariables.Wanted wanted) {
            return wanted.ca().map(name -> {
                Object value = current(name).map(Version::value).orElse(null);
                if (value instanceof Map<?, ?> map
                        && map.get("certificate") != null
                        && map.get("private_key") != null) {
                    return new Issued(String.valueOf(map.get("certificate")), String.valueOf(map.get("private_key")));
                }
                throw unusable(wanted, ", and has no certificate with a private key");
            });
        }

        private static InvalidInput unusable(WantedVariables.Wanted wanted, String why) {
            return new InvalidInput(new Problem(
                    INVALID,
                    "variables." + wanted.definition().name() + ".options.ca",
                    "variable '" + wanted.definition().name() + "': its CA is '"
                            + wanted.definition().options().get("ca") + "'" + why));
        }

        /** Of an absolute name: what this run has found, or what is stored. */
        private Optional<Version> current(String name) {
            return Optional.ofNullable(found.get(name)).or(() -> kept(name)).or(() -> newest(name));
        }

        private Optional<Version> newest(String name) {
            return store.row(name).map(this::version);
        }

        /** The version that the deployment uses, if it is to be used again. */
        private Optional<Version> kept(String reference) {
            Long id = used.get(absolute(reference));
            return id == null || !request.isKept().test(reference)
                    ? Optional.empty()
                    : store.row(id).map(this::version);
        }

        private Version version(VariableRow row) {
            return new Version(store.get(row.id()).orElseThrow(), row);
        }
    }
}
