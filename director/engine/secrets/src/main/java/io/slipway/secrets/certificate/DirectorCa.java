package io.slipway.secrets.certificate;

import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.blob.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The director's own CA: it vouches for the director's servers and for every agent. Its key is kept encrypted. */
public final class DirectorCa {
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    private static final Duration SERVER_VALIDITY = Duration.ofDays(825);
    private static final Duration AGENT_VALIDITY = Duration.ofDays(365);
    private static final String CONTEXT = "director CA key";

    private final CertificateMaker maker;
    private final Issued ca;

    private DirectorCa(CertificateMaker maker, Issued ca) {
        this.maker = maker;
        this.ca = ca;
    }

    /**
     * Loads the CA from a directory, or makes one there.
     *
     * @throws IllegalStateException where the key is not the one that it was made with
     */
    public static DirectorCa loadOrCreate(Path directory, EncryptionKey key, Clock clock) throws IOException {
        var maker = new CertificateMaker(clock);
        Path certificate = directory.resolve("ca.pem");
        Path sealedKey = directory.resolve("ca.key.sealed");
        if (Files.exists(certificate) && Files.exists(sealedKey)) {
            String privateKey = new String(key.open(Files.readAllBytes(sealedKey), CONTEXT), StandardCharsets.US_ASCII);
            return new DirectorCa(maker, new Issued(Files.readString(certificate), privateKey));
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Issued made = maker.make(
                new CertificateRequest(
                        Subject.of("Slipway director CA", "Slipway"),
                        List.of(),
                        List.of(),
                        List.of(),
                        true,
                        KeyKind.P256,
                        CA_VALIDITY),
                Optional.empty());
        Folders.write(sealedKey, key.seal(made.privateKeyPem().getBytes(StandardCharsets.US_ASCII), CONTEXT));
        Folders.write(certificate, made.certificatePem().getBytes(StandardCharsets.US_ASCII));
        return new DirectorCa(maker, made);
    }

    public String caPem() {
        return ca.certificatePem();
    }

    public Issued issueServer(String commonName, List<String> dnsNames, List<String> addresses) {
        return maker.make(
                new CertificateRequest(
                        Subject.of(commonName, "Slipway"),
                        Stream.concat(dnsNames.stream(), addresses.stream())
                                .map(AlternativeName::parse)
                                .toList(),
                        List.of(),
                        List.of("server_auth"),
                        false,
                        KeyKind.P256,
                        SERVER_VALIDITY),
                Optional.of(ca));
    }

    /**
     * A certificate by which directors of one cluster know each other. Its key is of the kind that Pekko's TLS reads.
     *
     * @param commonName the same for all of them, and for nothing else
     */
    public Issued issueNode(String commonName) {
        return maker.make(
                new CertificateRequest(
                        Subject.of(commonName, "Slipway"),
                        List.of(AlternativeName.parse(commonName)),
                        List.of(),
                        List.of("client_auth", "server_auth"),
                        false,
                        KeyKind.rsa(2048),
                        SERVER_VALIDITY),
                Optional.of(ca));
    }

    /** A certificate by which an agent proves its id. */
    public Issued issueAgent(String agentId) {
        return maker.make(agent(agentId), Optional.of(ca));
    }

    /**
     * The same for a key that the agent made itself; the rest of its request does not count.
     *
     * @param pkcs10 a certification request in DER
     * @throws IllegalArgumentException where it does not parse, or is not signed by its own key
     */
    public String renewAgent(String agentId, byte[] pkcs10) {
        return maker.sign(agent(agentId), SigningRequest.keyOf(pkcs10), ca);
    }

    private static CertificateRequest agent(String agentId) {
        return new CertificateRequest(
                Subject.of(agentId),
                List.of(AlternativeName.uri("slipway:agent:" + agentId)),
                List.of(),
                List.of("client_auth"),
                false,
                KeyKind.P256,
                AGENT_VALIDITY);
    }
}
