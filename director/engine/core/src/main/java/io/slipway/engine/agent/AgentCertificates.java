package io.slipway.engine.agent;

/** Renews the certificates by which agents prove their ids. */
@FunctionalInterface
public interface AgentCertificates {

    /**
     * Signs what an agent asks for over a stream that proved its id.
     *
     * @param pkcs10 a certification request in DER; of it only the key counts
     * @throws IllegalArgumentException where it does not parse, or is not signed by its own key
     */
    Renewed renew(String agentId, byte[] pkcs10);

    /** The new certificate, and the certificates that the agent is to trust. */
    record Renewed(String certificatePem, String caPem) {}
}
