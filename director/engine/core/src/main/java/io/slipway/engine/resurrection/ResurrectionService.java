package io.slipway.engine.resurrection;

import io.slipway.engine.Audit;
import io.slipway.engine.Deployments;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.Repairs;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.Resurrection;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.request.RequestQueue;
import io.slipway.model.InvalidInput;
import io.slipway.model.resurrection.ResurrectionRules;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.config.ConfigStore;
import io.slipway.store.setting.DirectorSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators say about resurrection, and its way into deployments' queues. */
public final class ResurrectionService implements Resurrection, Repairs {
    private static final Logger LOG = LoggerFactory.getLogger(ResurrectionService.class);
    private static final String SETTING = "resurrection_paused";
    private static final String CONFIG_TYPE = "resurrection";
    private static final int PAUSED = 410004;

    private final Deployments deployments;
    private final RequestQueue queue;
    private final ConfigStore configs;
    private final DirectorSettings settings;
    private final Audit audit;

    public ResurrectionService(
            Deployments deployments, RequestQueue queue, ConfigStore configs, DirectorSettings settings, Audit audit) {
        this.deployments = deployments;
        this.queue = queue;
        this.configs = configs;
        this.settings = settings;
        this.audit = audit;
    }

    @Override
    public boolean isPausedForAll() {
        return settings.get(SETTING).map(Boolean::parseBoolean).orElse(false);
    }

    @Override
    public void pauseForAll(boolean isPaused, Requester requester) {
        settings.put(SETTING, Boolean.toString(isPaused));
        audit.record(new Audit.Fact(
                "resurrection/" + UUID.randomUUID(),
                requester.user(),
                requester.client(),
                "update",
                "resurrection",
                isPaused ? "paused" : "enabled",
                "",
                "",
                "",
                "",
                Map.of()));
    }

    @Override
    public boolean isPaused(String deployment, String group) {
        return isPausedForAll() || !rules().isEnabled(deployment, group);
    }

    @Override
    public ResurrectionRules rules() {
        try {
            return ResurrectionRules.parse(configs.current(CONFIG_TYPE).stream()
                    .map(row -> Yaml.parseMap(row.content(), "resurrection config"))
                    .toList());
        } catch (InvalidInput invalid) {
            LOG.warn("the resurrection config cannot be read, and has no effect: {}", invalid.getMessage());
            return ResurrectionRules.NONE;
        }
    }

    @Override
    public CompletionStage<Long> scanAndFix(
            String deployment, Map<String, List<String>> instances, Requester requester) {
        if (isPausedForAll()) {
            throw RequestRefused.invalid(PAUSED, "Resurrector is paused");
        }
        var ids = new LinkedHashSet<String>();
        instances.forEach((group, members) -> members.forEach(member ->
                InstanceFilter.of(group, member).select(deployments, deployment).forEach(row -> ids.add(row.id()))));
        return repair(deployment, List.copyOf(ids), requester);
    }

    @Override
    public CompletionStage<Long> repair(String deployment, List<String> instanceIds, Requester requester) {
        return queue.submit(deployment, requester, "", head -> new DeploymentRequest.ScanAndFix(head, instanceIds));
    }
}
