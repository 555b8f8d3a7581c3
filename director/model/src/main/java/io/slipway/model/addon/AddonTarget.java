package io.slipway.model.addon;

import java.util.List;
import java.util.Map;

/** An instance group on which an addon may be placed, as its manifest has it. */
record AddonTarget(String deployment, Map<String, Object> group, String os) {

    boolean isNamed(List<String> names) {
        return names.contains(String.valueOf(group.get("name")));
    }

    boolean hasJob(String name, String release) {
        return elements("jobs").stream()
                .anyMatch(one -> one instanceof Map<?, ?> job
                        && name.equals(job.get("name"))
                        && release.equals(job.get("release")));
    }

    boolean isInAny(List<String> azs) {
        return elements("azs").stream().anyMatch(az -> azs.contains(String.valueOf(az)));
    }

    boolean isOnAny(List<String> networks) {
        return elements("networks").stream()
                .anyMatch(one ->
                        one instanceof Map<?, ?> network && networks.contains(String.valueOf(network.get("name"))));
    }

    String lifecycle() {
        return group.get("lifecycle") instanceof String text ? text : "service";
    }

    private List<?> elements(String key) {
        return group.get(key) instanceof List<?> list ? list : List.of();
    }
}
