package io.slipway.secrets.certificate;

import java.time.Duration;
import java.util.List;

/**
 * A certificate to be made.
 *
 * @param keyUsage as in {@code digital_signature}; empty for what is usual
 * @param extendedKeyUsage as in {@code client_auth}; empty for none
 * @param key what key it is for, where one is made for it
 */
public record CertificateRequest(
        Subject subject,
        List<AlternativeName> alternativeNames,
        List<String> keyUsage,
        List<String> extendedKeyUsage,
        boolean isCa,
        KeyKind key,
        Duration validity) {
    public CertificateRequest {
        alternativeNames = List.copyOf(alternativeNames);
        keyUsage = List.copyOf(keyUsage);
        extendedKeyUsage = List.copyOf(extendedKeyUsage);
    }
}
