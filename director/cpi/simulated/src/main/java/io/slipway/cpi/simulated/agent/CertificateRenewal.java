package io.slipway.cpi.simulated.agent;

import com.google.protobuf.ByteString;
import io.slipway.protocol.agent.v1.CertificateRequest;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Asks for a new certificate, for the same key, when a third of the present one's life is left. */
final class CertificateRenewal {
    private static final int SHARE_LEFT = 3;

    private CertificateRenewal() {}

    static boolean isDue(X509Certificate certificate, Instant now) {
        var from = certificate.getNotBefore().toInstant();
        var until = certificate.getNotAfter().toInstant();
        return Duration.between(now, until).multipliedBy(SHARE_LEFT).compareTo(Duration.between(from, until)) < 0;
    }

    /** Throws {@link GeneralSecurityException} where the key cannot be used. */
    static CertificateRequest request(X509Certificate certificate, String privateKeyPem)
            throws GeneralSecurityException {
        var key = Trust.privateKey(privateKeyPem);
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            var request = new JcaPKCS10CertificationRequestBuilder(
                            certificate.getSubjectX500Principal(), certificate.getPublicKey())
                    .build(new JcaContentSignerBuilder(algorithm).build(key));
            return CertificateRequest.newBuilder()
                    .setPkcs10Der(ByteString.copyFrom(request.getEncoded()))
                    .build();
        } catch (OperatorCreationException | IOException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
