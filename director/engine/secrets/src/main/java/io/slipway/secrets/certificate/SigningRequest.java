package io.slipway.secrets.certificate;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** Reads PKCS #10 certification requests (RFC 2986). */
final class SigningRequest {
    private static final int FIELD_BITS = 256;

    private SigningRequest() {}

    /** The key to be certified, whose holder signed the request; EC of at least 256 bits. */
    static PublicKey keyOf(byte[] der) {
        try {
            var request = new JcaPKCS10CertificationRequest(der);
            PublicKey key = request.getPublicKey();
            boolean isStrong = key instanceof ECPublicKey curve
                    && curve.getParams().getCurve().getField().getFieldSize() >= FIELD_BITS;
            if (!isStrong) {
                throw new IllegalArgumentException("the key must be of an elliptic curve of 256 bits or more");
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("the request is not signed by its own key");
            }
            return key;
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException broken) {
            throw new IllegalArgumentException(
                    "the certification request does not parse: " + broken.getMessage(), broken);
        }
    }
}
