package io.slipway.engine.certificate;

import java.time.Duration;
import java.util.List;

/**
 * A certificate to be made.
 *
 * @param alternativeNames DNS names, IP addresses, or URIs
 * @param keyUsage as in {@code digital_signature}; empty for what is usual
 * @param extendedKeyUsage any of {@code client_auth}, {@code server_auth}
 * @param isRsa RSA 2048 instead of EC P-256
 */
public record CertificateRequest(
        String commonName,
        List<String> organizations,
        List<String> organizationalUnits,
        List<String> alternativeNames,
        List<String> keyUsage,
        List<String> extendedKeyUsage,
        boolean isCa,
        boolean isRsa,
        Duration validity) {
    public CertificateRequest {
        organizations = List.copyOf(organizations);
        organizationalUnits = List.copyOf(organizationalUnits);
        alternativeNames = List.copyOf(alternativeNames);
        keyUsage = List.copyOf(keyUsage);
        extendedKeyUsage = List.copyOf(extendedKeyUsage);
    }

    /** With the key usage that is usual. */
    public CertificateRequest(
            String commonName,
            List<String> organizations,
            List<String> organizationalUnits,
            List<String> alternativeNames,
            List<String> extendedKeyUsage,
            boolean isCa,
            boolean isRsa,
            Duration validity) {
        this(
                commonName,
                organizations,
                organizationalUnits,
                alternativeNames,
                List.of(),
                extendedKeyUsage,
                isCa,
                isRsa,
                validity);
    }
}
