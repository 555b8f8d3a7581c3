package io.slipway.engine.variable;

import io.slipway.engine.certificate.CertificateMaker;
import io.slipway.engine.certificate.CertificateRequest;
import io.slipway.engine.certificate.Issued;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Makes values of variables, of the types that BOSH's config server knows. */
final class VariableGenerator {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int PASSWORD_LENGTH = 30;
    private static final int CERTIFICATE_DAYS = 365;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final CertificateMaker certificates;

    VariableGenerator(CertificateMaker certificates) {
        this.certificates = certificates;
    }

    static boolean isKnown(String type) {
        return List.of("password", "certificate", "rsa", "ssh", "user").contains(type);
    }

    /** Throws {@link IllegalArgumentException} naming an option that makes no sense. */
    Object generate(String type, Map<String, Object> options, Optional<Issued> ca) throws GeneralSecurityException {
        return switch (type) {
            case "password" -> password(options);
            case "user" ->
                Map.of("username", option(options, "username", password(options)), "password", password(options));
            case "rsa" -> rsa();
            case "ssh" -> ssh();
            case "certificate" -> certificate(options, ca);
            default -> throw new IllegalArgumentException("type '" + type + "' is unknown");
        };
    }

    private static String password(Map<String, Object> options) {
        int length = ((Number) options.getOrDefault("length", PASSWORD_LENGTH)).intValue();
        if (length < 1 || length > 1024) {
            throw new IllegalArgumentException("length is " + length + ", and must be from 1 to 1024");
        }
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private static Map<String, Object> rsa() throws GeneralSecurityException {
        KeyPair keys = CertificateMaker.newKeys(true);
        return Map.of(
                "private_key", pkcs8(keys),
                "public_key", CertificateMaker.pem(keys.getPublic()));
    }

    private static Map<String, Object> ssh() throws GeneralSecurityException {
        KeyPair keys = CertificateMaker.newKeys(true);
        var rsa = (RSAPublicKey) keys.getPublic();
        var blob = new ByteArrayOutputStream();
        for (byte[] part : List.of(
                "ssh-rsa".getBytes(StandardCharsets.US_ASCII),
                rsa.getPublicExponent().toByteArray(),
                rsa.getModulus().toByteArray())) {
            blob.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            blob.writeBytes(part);
        }
        byte[] fingerprint = MessageDigest.getInstance("MD5").digest(blob.toByteArray());
        return Map.of(
                "private_key", pkcs8(keys),
                "public_key", "ssh-rsa " + Base64.getEncoder().encodeToString(blob.toByteArray()),
                "public_key_fingerprint", HexFormat.ofDelimiter(":").formatHex(fingerprint));
    }

    private Map<String, Object> certificate(Map<String, Object> options, Optional<Issued> ca) {
        int days = ((Number) options.getOrDefault("duration", CERTIFICATE_DAYS)).intValue();
        boolean isCa = Boolean.TRUE.equals(options.get("is_ca"));
        if (!isCa && ca.isEmpty() && !Boolean.TRUE.equals(options.get("self_signed"))) {
            throw new IllegalArgumentException("'ca' is missing: name the CA variable, or set is_ca");
        }
        Issued made = certificates.make(
                new CertificateRequest(
                        option(options, "common_name", ""),
                        texts(options, "organization"),
                        texts(options, "organization_unit"),
                        texts(options, "alternative_names"),
                        texts(options, "extended_key_usage"),
                        isCa,
                        "rsa".equals(options.getOrDefault("key_type", "ec")),
                        Duration.ofDays(days)),
                ca);
        var value = new LinkedHashMap<String, Object>();
        value.put("ca", ca.map(Issued::certificatePem).orElse(made.certificatePem()));
        value.put("certificate", made.certificatePem());
        value.put("private_key", made.privateKeyPem());
        return value;
    }

    private static String pkcs8(KeyPair keys) {
        try {
            return CertificateMaker.pem(new JcaPKCS8Generator(keys.getPrivate(), null));
        } catch (org.bouncycastle.util.io.pem.PemGenerationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String option(Map<String, Object> options, String name, String otherwise) {
        return String.valueOf(options.getOrDefault(name, otherwise));
    }

    private static List<String> texts(Map<String, Object> options, String name) {
        Object value = options.get(name);
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
    }
}
