package io.slipway.agent.core.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates and keys as PEM text. */
final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    /** All certificates of the text, in its order: at least one. */
    static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        var found = new ArrayList<X509Certificate>();
        var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
            found.add((X509Certificate) certificate);
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in the PEM text");
        }
        return List.copyOf(found);
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

    static String of(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
