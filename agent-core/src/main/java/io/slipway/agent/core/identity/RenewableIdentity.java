package io.slipway.agent.core.identity;

import com.google.protobuf.ByteString;
import io.slipway.protocol.agent.v1.CertificateRenewal;
import io.slipway.protocol.agent.v1.CertificateRequest;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's identity, and its renewal: once two thirds of the certificate's life are over, the agent makes a new key
 * and asks its director to sign it. What it gets is kept before it is used, so that it outlives the agent.
 */
public final class RenewableIdentity implements Supplier<Identity> {
    private static final Logger LOG = LoggerFactory.getLogger(RenewableIdentity.class);

    private final String agentId;
    private final Keeper keeper;
    private final Clock clock;
    private volatile Identity current;
    private @Nullable KeyPair asked;

    /** Where a renewed identity is kept. */
    @FunctionalInterface
    public interface Keeper {
        /** Durable when this returns. */
        void keep(String caPem, String certificatePem, String privateKeyPem) throws IOException;
    }

    public RenewableIdentity(String agentId, Identity current, Keeper keeper, Clock clock) {
        this.agentId = agentId;
        this.current = current;
        this.keeper = keeper;
        this.clock = clock;
    }

    @Override
    public Identity get() {
        return current;
    }

    /** What to ask for, where it is time to; with a new key each time, should an answer have been lost. */
    public synchronized Optional<CertificateRequest> request() {
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
            byte[] request = SigningRequest.of(agentId, keys);
            asked = keys;
            return Optional.of(CertificateRequest.newBuilder()
                    .setPkcs10Der(ByteString.copyFrom(request))
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
            String key = Pem.of(keys.getPrivate());
            var renewed = Identity.ofPem(authorities(renewal.getCaPem()), renewal.getCertificatePem(), key);
            if (!renewed.certificate().getPublicKey().equals(keys.getPublic())) {
                return false;
            }
            keeper.keep(renewal.getCaPem(), renewal.getCertificatePem(), key);
            asked = null;
            current = renewed;
            return true;
        } catch (IOException failure) {
            LOG.error("the renewed certificate of {} is not used: {}", agentId, failure.getMessage());
            return false;
        }
    }

    /** The present ones where they are the same: thousands of agents share them. */
    private Authorities authorities(String caPem) throws IOException {
        var present = current.authorities();
        return present.pem().equals(caPem) ? present : Authorities.ofPem(caPem);
    }
}
