package io.slipway.model.dns;

import io.slipway.model.name.DnsLabel;

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

    /** {@code q-s0.<group>.<network>.<deployment>.bosh}: the instances of a group, well ones if there are any. */
    public static String all(String group, String network, String deployment) {
        return instance("q-s0", group, network, deployment);
    }

    /** {@code q-n2s0.q-g7.bosh}: the same by numbers. */
    public String shortAll(DnsGroup group, String network) {
        return "q-n" + numbers.network(network) + "s0.q-g" + numbers.group(group) + "." + DOMAIN;
    }
}
