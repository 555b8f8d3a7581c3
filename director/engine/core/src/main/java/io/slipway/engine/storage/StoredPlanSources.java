package io.slipway.engine.storage;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.blob.Blobstore;
import io.slipway.engine.catalog.ReleaseCatalog;
import io.slipway.engine.catalog.StemcellCatalog;
import io.slipway.engine.config.ConfigStore;
import io.slipway.engine.config.ConfigStore.ConfigRow;
import io.slipway.engine.deployment.PlanSources;
import io.slipway.engine.errand.ErrandRuns;
import io.slipway.engine.link.LinkGraphStore;
import io.slipway.engine.link.SharedLinkStore;
import io.slipway.engine.naming.NameService;
import io.slipway.engine.problem.ProblemStore;
import io.slipway.engine.template.JobSource;
import io.slipway.engine.template.JobTemplates;
import io.slipway.engine.template.TemplateRenderer;
import io.slipway.engine.variable.ResolvedVariables;
import io.slipway.engine.variable.VariableRequest;
import io.slipway.engine.variable.VariableResolver;
import io.slipway.engine.variable.VariableStore;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.dns.DnsTopology;
import io.slipway.model.link.ResolvedLinks;
import io.slipway.model.link.SharedLink;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Trees;
import io.slipway.model.yaml.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What deploys are planned from, out of the database and the blobstore. */
public final class StoredPlanSources implements PlanSources, Catalog {
    private final ReleaseCatalog releases;
    private final StemcellCatalog stemcells;
    private final ConfigStore configs;
    private final VariableStore variables;
    private final VariableResolver resolver;
    private final SharedLinkStore links;
    private final LinkGraphStore graph;
    private final TemplateRenderer renderer;
    private final Blobstore blobs;
    private final ErrandRuns errands;
    private final ProblemStore problems;
    private final NameService naming;
    private final Map<String, JobSource> sources = new ConcurrentHashMap<>();

    public StoredPlanSources(
            ReleaseCatalog releases,
            StemcellCatalog stemcells,
            ConfigStore configs,
            VariableStore variables,
            VariableResolver resolver,
            SharedLinkStore links,
            LinkGraphStore graph,
            TemplateRenderer renderer,
            Blobstore blobs,
            ErrandRuns errands,
            ProblemStore problems,
            NameService naming) {
        this.naming = naming;
        this.graph = graph;
        this.problems = problems;
        this.errands = errands;
        this.releases = releases;
        this.stemcells = stemcells;
        this.configs = configs;
        this.variables = variables;
        this.resolver = resolver;
        this.links = links;
        this.renderer = renderer;
        this.blobs = blobs;
    }

    @Override
    public Catalog catalog() {
        return this;
    }

    @Override
    public Optional<ReleaseVersion> release(String name, String version) {
        return releases.find(name, version);
    }

    @Override
    public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
        return stemcells.resolve(wanted);
    }

    @Override
    public Configs configs() {
        return new StoredConfigs(configs.current("cloud"), configs.current("runtime"), variables);
    }

    @Override
    public Configs configs(ConfigIds ids) {
        return new StoredConfigs(configs.versions(ids.cloud()), configs.versions(ids.runtime()), variables);
    }

    private record StoredConfigs(List<ConfigRow> cloudRows, List<ConfigRow> runtimeRows, VariableStore values)
            implements Configs {
        @Override
        public ConfigIds ids() {
            return new ConfigIds(
                    cloudRows.stream().map(ConfigRow::id).toList(),
                    runtimeRows.stream().map(ConfigRow::id).toList());
        }

        @Override
        public List<Map<String, Object>> cloudTrees() {
            return trees(cloudRows);
        }

        @Override
        public CloudConfig cloud() {
            return CloudConfig.merge(cloudTrees().stream().map(this::filledIn).toList());
        }

        @Override
        public List<Map<String, Object>> runtime() {
            return trees(runtimeRows);
        }

        /** In a cloud config, which belongs to no deployment, variables have absolute names. */
        private Map<String, Object> filledIn(Map<String, Object> tree) {
            var references = VariableReferences.find(tree);
            if (references.isEmpty()) {
                return tree;
            }
            var relative =
                    references.stream().filter(name -> !name.startsWith("/")).toList();
            if (!relative.isEmpty()) {
                throw new InvalidInput(new Problem(
                        ErrorCodes.CONFIG_NAME_SYNTAX,
                        "cloud config",
                        "Relative paths are not allowed in this context. The following must be be switched to use"
                                + " absolute paths: '" + String.join("', '", relative) + "'"));
            }
            return Trees.asMap((Map<?, ?>) Objects.requireNonNull(VariableReferences.interpolate(
                    tree, name -> values.get(name).orElse(null))));
        }

        private static List<Map<String, Object>> trees(List<ConfigRow> rows) {
            return rows.stream()
                    .map(row -> Yaml.parseMap(row.content(), row.type() + " config"))
                    .toList();
        }
    }

    @Override
    public ResolvedVariables variables(VariableRequest request) {
        return resolver.resolve(request);
    }

    @Override
    public void recordVariables(String deployment, Map<String, Long> ids) {
        variables.use(deployment, ids);
    }

    @Override
    public void forgetVariables(String deployment) {
        variables.deleteOf(deployment);
        links.forget(deployment);
        graph.forget(deployment);
        errands.forget(deployment);
        naming.forget(deployment);
    }

    @Override
    public DnsNames names(DnsTopology topology) {
        return naming.number(topology);
    }

    @Override
    public void describe(DnsTopology topology) {
        naming.describe(topology);
    }

    @Override
    public Optional<List<SharedLink>> sharedLinks(String deployment) {
        return links.sharedBy(deployment);
    }

    @Override
    public List<SharedLink> takenLinks(String deployment) {
        return links.takenBy(deployment);
    }

    @Override
    public List<String> takersOfLinks(String deployment) {
        return links.takersFrom(deployment);
    }

    @Override
    public void recordLinks(String deployment, ResolvedLinks resolved) {
        links.replace(deployment, resolved.shared(), resolved.taken());
        graph.replace(deployment, resolved.graph());
    }

    @Override
    public JobTemplates templates(
            String releaseName, CatalogJob job, Map<String, Object> properties, Map<String, Object> links) {
        var source = sources.computeIfAbsent(job.name() + "@" + job.blobSha256(), key -> read(job));
        return renderer.prepare(releaseName, source, properties, links);
    }

    @Override
    public String lastErrand(String deployment, String errand) {
        return errands.last(deployment, errand);
    }

    @Override
    public void recordErrand(String deployment, String errand, String state) {
        errands.record(deployment, errand, state);
    }

    @Override
    public void problemSolved(long problem) {
        problems.remove(problem);
    }

    @Override
    public String store(byte[] content) {
        try {
            return blobs.put(content).sha256();
        } catch (IOException failure) {
            throw new UncheckedIOException("the blobstore cannot be written to", failure);
        }
    }

    @Override
    public Path blob(String sha256) {
        return blobs.path(sha256);
    }

    private JobSource read(CatalogJob job) {
        try {
            return JobSource.read(job.name(), job.fingerprint(), job.spec().templates(), blobs.path(job.blobSha256()));
        } catch (IOException broken) {
            throw new UncheckedIOException("the archive of job '" + job.name() + "' cannot be read", broken);
        }
    }
}
