package io.slipway.engine.preparation;

import io.slipway.engine.TaskLog;
import io.slipway.engine.config.AppliedConfigs;
import io.slipway.engine.config.ConfigReader;
import io.slipway.engine.cpi.AzCpis;
import io.slipway.engine.plan.CatalogPins;
import io.slipway.engine.plan.ManifestForm;
import io.slipway.engine.plan.PinnedCatalog;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.model.addon.Addons;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.dns.DnsFeatures;
import io.slipway.model.link.OtherDeployments;
import io.slipway.model.link.SharedLink;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Trees;
import io.slipway.model.yaml.Yaml;
import io.slipway.secrets.variable.ResolvedVariables;
import io.slipway.secrets.variable.VariableRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads the inputs of a run, each once, and says which versions of them they are. */
final class InputReader {
    private final RunSources sources;
    private final String deployment;
    private final long task;
    private final TaskLog log;

    InputReader(RunSources sources, String deployment, long task, TaskLog log) {
        this.sources = sources;
        this.deployment = deployment;
        this.task = task;
        this.log = log;
    }

    /**
     * Throws {@link io.slipway.model.InvalidInput} naming everything that is wrong with the manifest, and what it refers to
     * and that is not there.
     */
    Inputs read(Origin origin) {
        var known = known(origin);
        var configs = configs(origin, known);
        var catalog = new CatalogPins(
                known.isPresent() ? new PinnedCatalog(sources.catalog(), known.get()) : sources.catalog());
        var written = Yaml.parseMap(origin.manifest(), "manifest");
        var tree = ManifestForm.withAddons(written, configs.runtime(), catalog);
        var values = new LinkedHashMap<String, Object>();
        var ids = new LinkedHashMap<String, Long>();
        var reading = new Reading(origin, known, catalog, values, ids);
        var cloud = reading.cloud(configs);
        var manifest = reading.manifest(tree, cloud);
        var spec = DeploymentSpec.resolve(manifest, cloud, catalog);
        var cpis = AzCpis.of(
                spec,
                cloud,
                sources.cpis(),
                known.map(PinnedInputs::vmProperties).orElse(Map.of()),
                log);
        return new Inputs(
                spec,
                cloud,
                configs.cloud(),
                DnsFeatures.of(manifest.features()),
                cpis,
                new PinnedInputs(configs.ids(), catalog.releases(), catalog.stemcells(), ids, cpis.calculated()),
                links(origin),
                warnings(written, configs, cloud, manifest));
    }

    private static Manifest.Warnings warnings(
            Map<String, Object> written, AppliedConfigs configs, CloudConfig cloud, Manifest manifest) {
        var unknown = new ArrayList<>(manifest.warnings().unknown());
        unknown.addAll(Addons.warnings(written, configs.runtime()));
        unknown.addAll(cloud.warnings());
        return new Manifest.Warnings(unknown, manifest.warnings().deprecations());
    }

    private static Optional<PinnedInputs> known(Origin origin) {
        return switch (origin) {
            case Origin.Fresh fresh -> Optional.empty();
            case Origin.Pinned pinned -> Optional.of(pinned.inputs());
            case Origin.AsDeployed deployed -> Optional.of(deployed.accepted().inputs());
        };
    }

    private AppliedConfigs configs(Origin origin, Optional<PinnedInputs> known) {
        if (origin instanceof Origin.Fresh fresh) {
            var given = fresh.configs();
            return given == null
                    ? sources.configs().current()
                    : sources.configs().of(given);
        }
        // Deployments of very early versions do not know theirs.
        return known.filter(inputs -> !inputs.configs().cloud().isEmpty())
                .map(inputs -> sources.configs().of(inputs.configs()))
                .orElseGet(sources.configs()::current);
    }

    private Optional<Map<String, List<SharedLink>>> links(Origin origin) {
        return origin instanceof Origin.Pinned ? sources.inputs().links(deployment, task) : Optional.empty();
    }

    /** What one reading collects. */
    private final class Reading {
        private final Origin origin;
        private final Optional<PinnedInputs> known;
        private final Catalog catalog;
        private final Map<String, Object> values;
        private final Map<String, Long> ids;

        Reading(
                Origin origin,
                Optional<PinnedInputs> known,
                Catalog catalog,
                Map<String, Object> values,
                Map<String, Long> ids) {
            this.origin = origin;
            this.known = known;
            this.catalog = catalog;
            this.values = values;
            this.ids = ids;
        }

        CloudConfig cloud(AppliedConfigs configs) {
            resolve(List.of(), ConfigReader.references(configs.cloud()), name -> false);
            return ConfigReader.cloud(configs.cloud(), values::get);
        }

        /** With the values of all references. */
        Manifest manifest(Map<String, Object> tree, CloudConfig cloud) {
            var heading = Manifest.heading(tree);
            var body = new LinkedHashMap<>(tree);
            Object variables = body.remove("variables");
            var kept = kept(heading, tree);
            resolve(definitions(heading, body, cloud, kept), VariableReferences.find(body), kept);
            var filledIn =
                    Trees.asMap((Map<?, ?>) Objects.requireNonNull(VariableReferences.interpolate(body, values::get)));
            if (variables != null) {
                filledIn.put("variables", variables);
            }
            return Manifest.parse(filledIn);
        }

        private void resolve(List<VariableDefinition> definitions, Set<String> references, Predicate<String> kept) {
            if (definitions.isEmpty() && references.isEmpty()) {
                return;
            }
            var resolved = resolved(new VariableRequest(deployment, definitions, references, kept));
            values.putAll(resolved.values());
            ids.putAll(resolved.ids());
        }

        private ResolvedVariables resolved(VariableRequest request) {
            if (known.isPresent()) {
                return sources.variables().pinned(request, known.get().variables());
            }
            boolean isPreview = origin instanceof Origin.Fresh fresh && fresh.isPreview();
            return isPreview
                    ? sources.variables().preview(request)
                    : sources.variables().resolve(request, task);
        }

        /** Only a deploy generates; anything else takes certificates as they are, whatever became of their links. */
        private List<VariableDefinition> definitions(
                Manifest.Heading heading, Map<String, Object> body, CloudConfig cloud, Predicate<String> kept) {
            if (known.isPresent()) {
                return heading.definitions();
            }
            boolean isPreview = origin instanceof Origin.Fresh fresh && fresh.isPreview();
            return new CertificateNames(
                            heading,
                            catalog,
                            references -> sources.variables()
                                    .preview(new VariableRequest(deployment, List.of(), references, kept))
                                    .values(),
                            topology -> isPreview
                                    ? sources.naming().preview(topology)
                                    : sources.naming().number(topology))
                    .definitions(body, cloud);
        }

        /** A deploy takes the newest version of a variable, unless the variable waits for other stemcells. */
        private Predicate<String> kept(Manifest.Heading heading, Map<String, Object> tree) {
            var waiting = heading.variables().stream()
                    .filter(one -> one.strategy() == VariableDefinition.Strategy.ON_STEMCELL_CHANGE)
                    .map(VariableDefinition::name)
                    .collect(Collectors.toSet());
            if (!(origin instanceof Origin.Fresh fresh)
                    || waiting.isEmpty()
                    || fresh.forceLatestVariables()
                    || changesAllStemcells(fresh, tree)) {
                return name -> false;
            }
            return waiting::contains;
        }

        private boolean changesAllStemcells(Origin.Fresh fresh, Map<String, Object> tree) {
            var before = fresh.before();
            if (before == null || !(tree.get("stemcells") instanceof List<?> stemcells)) {
                return true;
            }
            var used = before.inputs().stemcellVersions();
            for (Object stemcell : stemcells) {
                boolean isAsBefore = stemcell instanceof Map<?, ?> map
                        && sources.catalog()
                                .stemcell(StemcellRef.lenient(Trees.asMap(map)))
                                .filter(one -> used.stream()
                                        .anyMatch(former -> former.name().equals(one.name())
                                                && former.version().equals(one.version())))
                                .isPresent();
                if (isAsBefore) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Links of other deployments, for a plan: those that were read, or as they are now; each is asked for once. */
    OtherDeployments others(Origin origin, Inputs inputs, Map<String, List<SharedLink>> asked) {
        if (inputs.links().isPresent()) {
            return name -> Optional.ofNullable(inputs.links().get().get(name));
        }
        Map<String, List<SharedLink>> taken = origin instanceof Origin.AsDeployed
                ? sources.links().takenBy(deployment).stream().collect(Collectors.groupingBy(SharedLink::deployment))
                : Map.of();
        return name -> {
            var found = Optional.ofNullable(taken.get(name))
                    .or(() -> sources.links().sharedBy(name));
            found.ifPresent(links -> asked.put(name, links));
            return found;
        };
    }
}
