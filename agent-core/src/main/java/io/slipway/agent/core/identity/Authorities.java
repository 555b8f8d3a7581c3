package io.slipway.agent.core.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The authorities that an agent trusts: all others are strangers. Thousands of agents may share one object. */
public final class Authorities {
    private final String pem;
    private final TrustManager trust;

    private Authorities(String pem, TrustManager trust) {
        this.pem = pem;
        this.trust = trust;
    }

    public static Authorities ofPem(String pem) throws IOException {
        try {
            return new Authorities(pem, managerOf(Pem.certificates(pem)));
        } catch (GeneralSecurityException e) {
            throw new IOException("the director's CA cannot be read: " + e.getMessage(), e);
        }
    }

    private static TrustManager managerOf(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (X509Certificate authority : authorities) {
            trusted.setCertificateEntry("ca" + trusted.size(), authority);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers()[0];
    }

    public String pem() {
        return pem;
    }

    public TrustManager trustManager() {
        return trust;
    }

    /** TLS of somebody who has no certificate. */
    public SSLSocketFactory sockets() {
        return Tls.context(null, trust).getSocketFactory();
    }
}
