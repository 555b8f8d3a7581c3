package io.slipway.agent.dns;

import java.util.List;

/** What the records say of a name. */
sealed interface DnsAnswer {

    /** Addresses in an order of chance; none where nobody has the health that was asked for. */
    record Addresses(List<String> ips) implements DnsAnswer {}

    /** Names of an address, without final dots. */
    record Names(List<String> names) implements DnsAnswer {}

    /** The name is of a domain that the records own, and there is nothing of that name. */
    record NoSuchName() implements DnsAnswer {}

    /** The name is below such a domain, and is no query. */
    record Malformed() implements DnsAnswer {}

    /** The director has not sent any records yet. */
    record NotKnownYet() implements DnsAnswer {}

    /** Somebody else must be asked. */
    record NotOurs() implements DnsAnswer {}
}
