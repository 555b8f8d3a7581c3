package io.slipway.cpi.vsphere.properties;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster in which VMs may be, and how.
 *
 * @param resourcePool by name; the cluster's own where there is none
 * @param hostGroup of whose hosts the VM is to run on one
 * @param isHostGroupBinding whether the VM must not run elsewhere, also when HA restarts it
 * @param separationRule name of the DRS rule that keeps the VMs under it on different hosts
 */
public record ClusterWish(
        String name,
        Optional<String> resourcePool,
        Optional<String> hostGroup,
        boolean isHostGroupBinding,
        Optional<String> separationRule) {

    /** What one data center's {@code clusters} says: names, or maps of one name to more. */
    static List<ClusterWish> listOf(Fields datacenter) {
        var wishes = new ArrayList<ClusterWish>();
        for (Object one : datacenter.list("clusters")) {
            int index = wishes.size();
            if (one instanceof String name && !name.isBlank()) {
                wishes.add(new ClusterWish(name, Optional.empty(), Optional.empty(), false, Optional.empty()));
            } else if (one instanceof Map<?, ?> map
                    && map.size() == 1
                    && map.keySet().iterator().next() instanceof String name) {
                Object more = map.get(name);
                wishes.add(of(
                        name,
                        datacenter.below(
                                "clusters", index, name, more instanceof Map<?, ?> fields ? fields : Map.of())));
            } else {
                throw datacenter.wrong("clusters", one, "names of clusters, or maps of one name to its properties");
            }
        }
        return wishes;
    }

    private static ClusterWish of(String name, Fields fields) {
        Optional<String> pool = fields.text("resource_pool");
        Optional<String> group;
        boolean isBinding = false;
        if (fields.has("host_group") && !isText(fields, "host_group")) {
            var hostGroup = fields.map("host_group").orElseThrow();
            group = Optional.of(hostGroup.requiredText("name"));
            isBinding = hostGroup
                    .word("drs_rule", List.of("MUST", "SHOULD"))
                    .map("MUST"::equals)
                    .orElse(false);
            hostGroup.end();
        } else {
            group = fields.text("host_group");
        }
        Optional<String> separation = Optional.empty();
        var rules = fields.maps("drs_rules");
        if (rules.size() > 1) {
            throw fields.wrong("drs_rules", rules.size() + " rules", "one rule");
        }
        for (var rule : rules) {
            separation = Optional.of(rule.requiredText("name"));
            if (rule.word("type", List.of("separate_vms")).isEmpty()) {
                throw rule.wrong("type", null, "separate_vms");
            }
            rule.end();
        }
        fields.end();
        return new ClusterWish(name, pool, group, isBinding, separation);
    }

    private static boolean isText(Fields fields, String name) {
        try {
            return fields.text(name).isPresent();
        } catch (io.slipway.cpi.CpiException notText) {
            return false;
        }
    }
}
