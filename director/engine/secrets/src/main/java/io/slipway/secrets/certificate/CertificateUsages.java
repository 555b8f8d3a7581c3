package io.slipway.secrets.certificate;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/** What certificates may be used for, by the names that options have for it. */
public final class CertificateUsages {
    private static final Map<String, Integer> KEY_USAGES = Map.of(
            "digital_signature", KeyUsage.digitalSignature,
            "non_repudiation", KeyUsage.nonRepudiation,
            "key_encipherment", KeyUsage.keyEncipherment,
            "data_encipherment", KeyUsage.dataEncipherment,
            "key_agreement", KeyUsage.keyAgreement,
            "key_cert_sign", KeyUsage.keyCertSign,
            "crl_sign", KeyUsage.cRLSign,
            "encipher_only", KeyUsage.encipherOnly,
            "decipher_only", KeyUsage.decipherOnly);
    private static final Map<String, KeyPurposeId> PURPOSES = Map.of(
            "client_auth", KeyPurposeId.id_kp_clientAuth,
            "server_auth", KeyPurposeId.id_kp_serverAuth,
            "code_signing", KeyPurposeId.id_kp_codeSigning,
            "email_protection", KeyPurposeId.id_kp_emailProtection,
            "timestamping", KeyPurposeId.id_kp_timeStamping);

    private CertificateUsages() {}

    /** What {@code key_usage} takes. */
    public static Set<String> keyUsages() {
        return new TreeSet<>(KEY_USAGES.keySet());
    }

    /** What {@code extended_key_usage} takes. */
    public static Set<String> extendedKeyUsages() {
        return new TreeSet<>(PURPOSES.keySet());
    }

    /** What was asked for, or what is usual: signing certificates for a CA, TLS for others. */
    static KeyUsage keyUsage(CertificateRequest request) {
        if (!request.keyUsage().isEmpty()) {
            return new KeyUsage(request.keyUsage().stream()
                    .mapToInt(name -> known(KEY_USAGES, name))
                    .reduce(0, (left, right) -> left | right));
        }
        if (request.isCa()) {
            return new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
        }
        boolean isRsa = request.key().algorithm() == KeyKind.Algorithm.RSA;
        return new KeyUsage(KeyUsage.digitalSignature | (isRsa ? KeyUsage.keyEncipherment : 0));
    }

    static ExtendedKeyUsage extendedKeyUsage(List<String> names) {
        return new ExtendedKeyUsage(
                names.stream().distinct().map(name -> known(PURPOSES, name)).toArray(KeyPurposeId[]::new));
    }

    private static <T> T known(Map<String, T> all, String name) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalArgumentException("'" + name + "' is unknown: expected " + new TreeSet<>(all.keySet()));
        }
        return found;
    }
}
