package io.slipway.model.dns;

/** Makes names that BOSH DNS, and the agents' own servers, resolve. */
public final class DnsNames {
    public static final String DOMAIN = "bosh";

    private final DnsNumbers numbers;

    public DnsNames(DnsNumbers numbers) {
        this.numbers = numbers;
    }

    public DnsNumbers numbers() {
        return numbers;
    }

    /** {@code <id>.<group>.<network>.<deployment>.bosh}. */
    public static String instance(String id, String group, String network, String deployment) {
        return id + "." + DnsLabel.canonical(group) + "." + DnsLabel.canonical(network) + "."
                + DnsLabel.canonical(deployment) + "." + DOMAIN;
    }

    /** {@code q-m5n2s0.q-g7.bosh}: one instance of a group, in one network. */
    public String shortInstance(String id, DnsGroup group, String network) {
        return "q-m" + numbers.instance(id) + "n" + numbers.network(network) + "s0.q-g" + numbers.group(group) + "."
                + DOMAIN;
    }
}
