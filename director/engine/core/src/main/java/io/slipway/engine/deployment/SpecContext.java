package io.slipway.engine.deployment;

import io.slipway.cpi.VmNetwork;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.plan.GroupSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What templates see as {@code spec}. */
final class SpecContext {
    private SpecContext() {}

    static Map<String, Object> of(
            String deployment,
            GroupSpec group,
            DeploymentState.Member member,
            List<VmNetwork> networks,
            LinkNames names,
            String job) {
        var spec = new LinkedHashMap<String, Object>();
        String address = addressOf(networks);
        spec.put("deployment", deployment);
        spec.put("name", group.name());
        spec.put("job", Map.of("name", group.name()));
        spec.put("id", member.instanceId());
        spec.put("index", member.index());
        spec.put("az", member.az().isEmpty() ? null : member.az());
        spec.put("bootstrap", member.bootstrap());
        spec.put("address", names.addressOf(member.instanceId(), group.name(), group.defaultNetwork(), address));
        spec.put("ip", address);
        spec.put("dns_domain_name", DnsNames.DOMAIN);
        spec.put("job_name", job);
        spec.put(
                "persistent_disk",
                group.disk().map(disk -> (Object) disk.sizeMb()).orElse(0));
        var byName = new LinkedHashMap<String, Object>();
        for (VmNetwork network : networks) {
            var shape = networkOf(network);
            shape.put(
                    "dns_record_name",
                    DnsNames.instance(Integer.toString(member.index()), group.name(), network.name(), deployment));
            byName.put(network.name(), shape);
        }
        spec.put("networks", byName);
        return spec;
    }

    /** The address by which others reach the instance: of the network that is default for addressing, or gateway. */
    static String addressOf(List<VmNetwork> networks) {
        return networks.stream()
                .filter(network -> network.defaultFor().contains("addressable"))
                .findFirst()
                .or(() -> networks.stream()
                        .filter(network -> network.defaultFor().contains("gateway"))
                        .findFirst())
                .or(() -> networks.stream().findFirst())
                .map(VmNetwork::ip)
                .orElse("");
    }

    private static Map<String, Object> networkOf(VmNetwork network) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("type", network.type());
        shape.put("ip", network.ip());
        shape.put("netmask", netmask(network.prefixLength()));
        shape.put("gateway", network.gateway());
        shape.put("dns", network.dns());
        shape.put("default", network.defaultFor());
        shape.put("cloud_properties", network.cloudProperties());
        return shape;
    }

    static String netmask(int prefixLength) {
        long mask = prefixLength == 0 ? 0 : 0xFFFFFFFFL << (32 - prefixLength) & 0xFFFFFFFFL;
        return (mask >> 24 & 255) + "." + (mask >> 16 & 255) + "." + (mask >> 8 & 255) + "." + (mask & 255);
    }
}
