package io.slipway.agent.core.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The agent's certificate with its key, and the authorities that it trusts. */
public final class Identity {
    private final Authorities authorities;
    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private @Nullable SSLSocketFactory sockets;

    private Identity(Authorities authorities, List<X509Certificate> chain, PrivateKey key) {
        this.authorities = authorities;
        this.chain = chain;
        this.key = key;
    }

    public static Identity ofPem(Authorities authorities, String certificatePem, String privateKeyPem)
            throws IOException {
        try {
            return new Identity(authorities, Pem.certificates(certificatePem), Pem.privateKey(privateKeyPem));
        } catch (GeneralSecurityException e) {
            throw new IOException("the agent's certificate or key cannot be read: " + e.getMessage(), e);
        }
    }

    public Authorities authorities() {
        return authorities;
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    /** When the certificate ends. */
    public Instant end() {
        return certificate().getNotAfter().toInstant();
    }

    public X509ExtendedKeyManager keyManager() {
        return new OneKey(chain, key);
    }

    /** TLS of this agent, made when it is first needed: connections that are kept open belong to one factory. */
    public synchronized SSLSocketFactory sockets() {
        if (sockets == null) {
            sockets = Tls.context(keyManager(), authorities.trustManager()).getSocketFactory();
        }
        return sockets;
    }
}
