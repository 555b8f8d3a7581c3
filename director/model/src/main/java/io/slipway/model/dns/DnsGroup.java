package io.slipway.model.dns;

/**
 * Something whose members have one number in queries: an instance group, or what provides a link.
 *
 * @param name of the instance group, or {@code provider-type} of a link
 */
public record DnsGroup(Kind kind, String deployment, String name) {

    public enum Kind {
        INSTANCE_GROUP,
        LINK
    }

    public static DnsGroup ofInstances(String deployment, String group) {
        return new DnsGroup(Kind.INSTANCE_GROUP, deployment, group);
    }

    public static DnsGroup ofLink(String deployment, String provider, String type) {
        return new DnsGroup(Kind.LINK, deployment, provider + "-" + type);
    }
}
