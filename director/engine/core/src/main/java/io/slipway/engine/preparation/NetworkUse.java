package io.slipway.engine.preparation;

import io.slipway.engine.Cpis;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskLog;
import io.slipway.engine.cpi.AzCpis;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.run.RunFailed;
import io.slipway.model.network.ManagedNetwork;
import io.slipway.model.plan.DeploymentSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sees to it that the networks of a deployment are there which cloud configs have the director make. */
public final class NetworkUse {
    private final ManagedNetworkService networks;
    private final TaskLog log;

    NetworkUse(ManagedNetworkService networks, TaskLog log) {
        this.networks = networks;
        this.log = log;
    }

    /** Names of those that the deployment needs. */
    public static List<String> namesOf(DeploymentSpec spec, List<Map<String, Object>> cloudConfigs) {
        return neededBy(spec, cloudConfigs).stream().map(ManagedNetwork::name).toList();
    }

    void make(DeploymentSpec spec, List<Map<String, Object>> cloudConfigs, AzCpis cpis) throws Exception {
        var needed = neededBy(spec, cloudConfigs);
        if (needed.isEmpty()) {
            return;
        }
        var properties = new LinkedHashMap<String, Map<String, Object>>();
        var cpiOf = new LinkedHashMap<String, String>();
        spec.groups().stream().flatMap(group -> group.azs().stream()).forEach(az -> {
            properties.put(az.name(), az.cloudProperties());
            cpiOf.put(az.name(), cpis.cpi(az.name()));
        });
        var azs = new ManagedNetworkService.AzSettings(properties, cpiOf, Cpis.asker(log));
        var stage = log.stage("Creating managed networks", needed.size());
        for (ManagedNetwork network : needed) {
            stage.step(network.name(), () -> use(network, spec.name(), azs));
        }
    }

    private void use(ManagedNetwork network, String deployment, ManagedNetworkService.AzSettings azs) throws RunFailed {
        try {
            networks.use(network, deployment, azs);
        } catch (RequestRefused refused) {
            throw new RunFailed(refused.code(), String.valueOf(refused.getMessage()));
        }
    }

    private static List<ManagedNetwork> neededBy(DeploymentSpec spec, List<Map<String, Object>> cloudConfigs) {
        return ManagedNetwork.parse(cloudConfigs).stream()
                .filter(network -> spec.groups().stream()
                        .flatMap(group -> group.networks().stream())
                        .anyMatch(one -> one.network().name().equals(network.name())))
                .toList();
    }
}
