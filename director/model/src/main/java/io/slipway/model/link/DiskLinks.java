package io.slipway.model.link;

import io.slipway.model.plan.DeploymentSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The links that disks with names give: a job takes one, and learns the name by which it finds the device. */
final class DiskLinks {
    static final String TYPE = "disk";

    private DiskLinks() {}

    /**
     * What a job sees of the deployment's disks.
     *
     * @param name of the one that is wanted; empty for any
     */
    static List<Map<String, Object>> of(DeploymentSpec spec, Optional<String> name) {
        return spec.groups().stream()
                .flatMap(group -> group.namedDisks().stream())
                .map(disk -> disk.name())
                .distinct()
                .filter(disk -> name.map(disk::equals).orElse(true))
                .map(disk -> content(spec.name(), disk))
                .toList();
    }

    private static Map<String, Object> content(String deployment, String disk) {
        var content = new LinkedHashMap<String, Object>();
        content.put("deployment_name", deployment);
        content.put("properties", Map.of("name", disk));
        content.put("networks", List.of());
        content.put("instances", List.of());
        return content;
    }
}
