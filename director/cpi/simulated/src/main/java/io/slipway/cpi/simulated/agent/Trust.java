package io.slipway.cpi.simulated.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys out of PEM text. */
final class Trust {
    private Trust() {}

    /** Trusts these authorities alone. */
    static TrustManager managerOf(String caPem) throws GeneralSecurityException {
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (X509Certificate authority : certificates(caPem)) {
                trusted.setCertificateEntry("ca" + trusted.size(), authority);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            return trust.getTrustManagers()[0];
        } catch (IOException e) {
            throw new GeneralSecurityException("the director's CA cannot be read: " + e.getMessage(), e);
        }
    }

    /** TLS of a client that has no certificate. */
    static SSLContext contextOf(TrustManager manager) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {manager}, null);
        return context;
    }

    /** All certificates of the text, in its order. */
    static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        var found = new ArrayList<X509Certificate>();
        var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
            found.add((X509Certificate) certificate);
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in the PEM text");
        }
        return found;
    }

    /** PKCS #8, without a password. */
    static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
        PKCS8EncodedKeySpec spec;
        try {
            spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the private key is not base 64", e);
        }
        try {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        }
    }
}
