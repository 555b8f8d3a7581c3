package io.slipway.agent.stream;

import io.slipway.agent.settings.AgentSettings;
import io.slipway.agent.settings.Json;
import io.slipway.protocol.agent.v1.CertificateRenewal;
import io.slipway.protocol.agent.v1.CertificateRequest;
import io.slipway.protocol.agent.v1.FromAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's identity, and its renewal: once two thirds of the certificate's life are over, the agent makes a new key
 * and asks its director to sign it. What it gets is on disk before it is used, so that it outlives the agent.
 */
public final class RenewedIdentity implements Supplier<Identity> {
    private static final Logger LOG = LoggerFactory.getLogger(RenewedIdentity.class);

    private final AgentSettings settings;
    private final Path file;
    private final Clock clock;
    private volatile Identity current;
    private @Nullable KeyPair asked;

    private RenewedIdentity(AgentSettings settings, Path file, Clock clock, Identity current) {
        this.settings = settings;
        this.file = file;
        this.clock = clock;
        this.current = current;
    }

    /** The settings' identity, or the one that was renewed since and is kept in the file. */
    public static RenewedIdentity load(AgentSettings settings, Path file, Clock clock) throws IOException {
        var original = Identity.ofPem(settings.caPem(), settings.certificatePem(), settings.privateKeyPem());
        return new RenewedIdentity(settings, file, clock, newer(file, original));
    }

    private static Identity newer(Path file, Identity original) {
        if (!Files.exists(file)) {
            return original;
        }
        try {
            if (!(Json.parse(Files.readString(file)) instanceof Map<?, ?> map)) {
                throw new IOException("not a JSON object");
            }
            var renewed = Identity.ofPem(
                    String.valueOf(map.get("ca")),
                    String.valueOf(map.get("certificate")),
                    String.valueOf(map.get("private_key")));
            return renewed.end().isAfter(original.end()) ? renewed : original;
        } catch (IOException | IllegalArgumentException broken) {
            LOG.error("{} cannot be read, the certificate of the settings is used: {}", file, broken.getMessage());
            return original;
        }
    }

    @Override
    public Identity get() {
        return current;
    }

    /** What to send, where it is time to ask; with a new key each time, should an answer have been lost. */
    public synchronized Optional<FromAgent> request() {
        var begin = current.certificate().getNotBefore().toInstant();
        var due = begin.plus(
                Duration.between(begin, current.end()).multipliedBy(2).dividedBy(3));
        if (clock.instant().isBefore(due)) {
            return Optional.empty();
        }
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var keys = generator.generateKeyPair();
            byte[] request = SigningRequest.of(settings.agentId(), keys);
            asked = keys;
            return Optional.of(FromAgent.newBuilder()
                    .setCertificateRequest(CertificateRequest.newBuilder()
                            .setPkcs10Der(com.google.protobuf.ByteString.copyFrom(request)))
                    .build());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("every Java runtime has EC keys", failure);
        }
    }

    /** True if the identity is another one now; an answer to an older request changes nothing. */
    public synchronized boolean accept(CertificateRenewal renewal) {
        var keys = asked;
        if (keys == null) {
            return false;
        }
        try {
            String key = pem(keys);
            var renewed = Identity.ofPem(renewal.getCaPem(), renewal.getCertificatePem(), key);
            if (!renewed.certificate().getPublicKey().equals(keys.getPublic())) {
                return false;
            }
            write("{\"ca\":" + Json.quote(renewal.getCaPem()) + ",\"certificate\":"
                    + Json.quote(renewal.getCertificatePem()) + ",\"private_key\":" + Json.quote(key) + "}");
            asked = null;
            current = renewed;
            LOG.info("the certificate is renewed until {}", renewed.end());
            return true;
        } catch (IOException failure) {
            LOG.error("the renewed certificate is not used: {}", failure.getMessage());
            return false;
        }
    }

    private void write(String json) throws IOException {
        Path temporary = Files.createTempFile(
                Objects.requireNonNull(file.getParent()),
                "identity",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, json);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String pem(KeyPair keys) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
