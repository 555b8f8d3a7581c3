package io.slipway.engine.render;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.plan.LinkNames;
import io.slipway.engine.plan.Member;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.plan.GroupSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What templates see as {@code spec}. */
final class SpecContext {
    /** Of one address, which is what an instance has on a network. */
    private static final String PREFIX = "32";
    /** Templates are rendered before a dynamic network has given an address. */
    private static final String NOT_YET_KNOWN = "127.0.0.1";

    private SpecContext() {}

    static Map<String, Object> of(
            String deployment, GroupSpec group, Member member, List<VmNetwork> networks, LinkNames names, String job) {
        var spec = new LinkedHashMap<String, Object>();
        String address = addressOf(networks);
        spec.put("deployment", deployment);
        spec.put("name", group.name());
        spec.put("job", jobsOf(group));
        spec.put("id", member.instanceId());
        spec.put("index", member.index());
        spec.put("az", member.az().isEmpty() ? null : member.az());
        spec.put("bootstrap", member.bootstrap());
        spec.put("address", names.addressOf(member.instanceId(), group.name(), group.defaultNetwork(), address));
        spec.put("ip", address.isEmpty() ? null : address);
        spec.put("properties_need_filtering", true);
        spec.put("dns_domain_name", DnsNames.DOMAIN);
        spec.put("job_name", job);
        if (group.namedDisks().isEmpty()) {
            spec.put(
                    "persistent_disk",
                    group.disk().map(disk -> (Object) disk.sizeMb()).orElse(0));
        }
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

    /** With the keys that BOSH gives it: what a network does not have, its shape does not have either. */
    private static Map<String, Object> networkOf(VmNetwork network) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("type", network.type());
        if (!network.ip().isEmpty()) {
            shape.put("ip", network.ip());
        }
        shape.put("prefix", PREFIX);
        if (network.type().equals("manual")) {
            shape.put("netmask", netmask(network.prefixLength()));
        }
        shape.put("cloud_properties", network.cloudProperties());
        if (!network.defaultFor().isEmpty()) {
            shape.put("default", network.defaultFor().stream().sorted().toList());
        }
        if (!network.dns().isEmpty()) {
            shape.put("dns", network.dns());
        }
        if (!network.gateway().isEmpty()) {
            shape.put("gateway", network.gateway());
        }
        if (network.type().equals("dynamic")) {
            List.of("ip", "netmask", "gateway").forEach(key -> shape.putIfAbsent(key, NOT_YET_KNOWN));
        }
        return shape;
    }

    /** The group as it was called before, with its jobs as these were. */
    private static Map<String, Object> jobsOf(GroupSpec group) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("name", group.name());
        shape.put(
                "templates",
                group.jobs().stream()
                        .map(job -> Map.of(
                                "name", job.job().name(),
                                "version", job.job().version(),
                                "sha1", "sha256:" + job.job().blobSha256(),
                                "blobstore_id", job.job().blobSha256(),
                                "logs", List.of()))
                        .toList());
        if (!group.jobs().isEmpty()) {
            shape.put("template", group.jobs().getFirst().job().name());
            shape.put("version", group.jobs().getFirst().job().version());
        }
        return shape;
    }

    static String netmask(int prefixLength) {
        long mask = prefixLength == 0 ? 0 : 0xFFFFFFFFL << (32 - prefixLength) & 0xFFFFFFFFL;
        return (mask >> 24 & 255) + "." + (mask >> 16 & 255) + "." + (mask >> 8 & 255) + "." + (mask & 255);
    }
}
