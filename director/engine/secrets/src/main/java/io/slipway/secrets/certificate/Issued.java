package io.slipway.secrets.certificate;

/** A certificate and its private key (PKCS #8), as PEM. */
public record Issued(String certificatePem, String privateKeyPem) {
    /** Without the private key. */
    @Override
    public String toString() {
        return "Issued[" + certificatePem.length() + " characters]";
    }
}
