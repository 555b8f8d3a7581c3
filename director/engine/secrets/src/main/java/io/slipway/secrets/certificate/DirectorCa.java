package io.slipway.secrets.certificate;

import io.slipway.secrets.encryption.EncryptionKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/**
 * The directors' own CA: it vouches for their servers and for every agent. It is in the database, so that all directors have
 * the same. There may be several: the first one issues, and all are trusted, so that one can take the place of another.
 */
public final class DirectorCa {
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    private static final Duration SERVER_VALIDITY = Duration.ofDays(825);
    private static final Duration AGENT_VALIDITY = Duration.ofDays(365);
    private static final String KEY_CONTEXT = "director CA key";

    private final CertificateMaker maker;
    private final List<Issued> cas;

    private DirectorCa(CertificateMaker maker, List<Issued> cas) {
        this.maker = maker;
        this.cas = cas;
    }

    /**
     * Loads the CA from the database, or makes one there; of directors that do so at once, all have the one that was first.
     * Directors of earlier versions kept theirs in a directory: it is taken over from there. Its files stay, for the way back
     * to such a version; nothing is ever written to them.
     *
     * @param former directory of earlier versions, which need not be there
     * @throws IllegalStateException where the key is not the one that it was made with, and where the directory has a CA
     *     that the database does not have
     */
    public static DirectorCa loadOrCreate(Jdbi jdbi, Path former, EncryptionKey key, Clock clock) throws IOException {
        var maker = new CertificateMaker(clock);
        var table = new CaTable(jdbi, key);
        var inFiles = read(former, key);
        var cas = table.find();
        if (cas.isEmpty() && inFiles.isEmpty() && table.isAwaited()) {
            throw new IllegalStateException("the VMs of this database trust a CA that is not in it yet, and not in "
                    + former + " either: first start the director of which this directory has the files ca.pem and"
                    + " ca.key.sealed, or copy them here; where they are lost, delete the row of table director_ca,"
                    + " and afterwards recreate all VMs");
        }
        var present = cas.isPresent() ? cas.get() : table.putFirst(inFiles.orElseGet(() -> make(maker)));
        if (inFiles.isPresent()) {
            requireKnown(inFiles.get(), present, former);
        }
        return new DirectorCa(maker, present);
    }

    private static Optional<Issued> read(Path directory, EncryptionKey key) throws IOException {
        Path certificate = directory.resolve("ca.pem");
        Path sealedKey = directory.resolve("ca.key.sealed");
        if (!Files.exists(certificate) || !Files.exists(sealedKey)) {
            return Optional.empty();
        }
        byte[] privateKey = key.open(Files.readAllBytes(sealedKey), KEY_CONTEXT);
        return Optional.of(
                new Issued(Files.readString(certificate), new String(privateKey, StandardCharsets.US_ASCII)));
    }

    private static Issued make(CertificateMaker maker) {
        return maker.make(
                new CertificateRequest(
                        Subject.of("Slipway director CA", "Slipway"),
                        List.of(),
                        List.of(),
                        List.of(),
                        true,
                        KeyKind.P256,
                        CA_VALIDITY),
                Optional.empty());
    }

    private static void requireKnown(Issued inFiles, List<Issued> present, Path former) {
        String own = inFiles.certificatePem();
        if (present.stream().noneMatch(one -> CertificateMaker.isSame(one.certificatePem(), own))) {
            throw new IllegalStateException("the CA in " + former + " (SHA-256 " + fingerprint(own)
                    + ") is not the one of the database (SHA-256 "
                    + fingerprint(present.getFirst().certificatePem())
                    + "): this data directory was made with another database. Configure that one; or, for this director"
                    + " to join those of this database, move " + former + " away, and with it the data directory's VMs"
                    + " if it has any: they trust nobody else");
        }
    }

    private static String fingerprint(String pem) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(CertificateMaker.certificate(pem).getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        } catch (IOException notOne) {
            return "of no certificate: " + notOne.getMessage();
        }
    }

    /** The certificates of all CAs to trust, the one that issues first. */
    public String caPem() {
        return cas.stream().map(Issued::certificatePem).collect(Collectors.joining());
    }

    private Issued issuing() {
        return cas.getFirst();
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
                Optional.of(issuing()));
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
                Optional.of(issuing()));
    }

    /** A certificate by which an agent proves its id. */
    public Issued issueAgent(String agentId) {
        return maker.make(agent(agentId), Optional.of(issuing()));
    }

    /**
     * The same for a key that the agent made itself; the rest of its request does not count.
     *
     * @param pkcs10 a certification request in DER
     * @throws IllegalArgumentException where it does not parse, or is not signed by its own key
     */
    public String renewAgent(String agentId, byte[] pkcs10) {
        return maker.sign(agent(agentId), SigningRequest.keyOf(pkcs10), issuing());
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
