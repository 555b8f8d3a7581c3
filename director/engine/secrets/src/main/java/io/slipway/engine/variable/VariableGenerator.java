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
    private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
    private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String DIGITS = "0123456789";
    private static final String SPECIAL = "!#$%&()*+,-./:;<=>?@[]^_{|}~";
    private static final int MOST_DAYS = 36_500;
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
            case "rsa" -> rsa(options);
            case "ssh" -> ssh(options);
            case "certificate" -> certificate(options, ca);
            default -> throw new IllegalArgumentException("type '" + type + "' is unknown");
        };
    }

    private static String password(Map<String, Object> options) {
        int length = number(options, "length", PASSWORD_LENGTH, 1, 1024);
        String alphabet = (isOn(options, "exclude_lower") ? "" : LOWER)
                + (isOn(options, "exclude_number") ? "" : DIGITS)
                + (isOn(options, "exclude_upper") ? "" : UPPER)
                + (isOn(options, "include_special") ? SPECIAL : "");
        if (alphabet.isEmpty()) {
            throw new IllegalArgumentException("its options exclude every character that a password may have");
        }
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(RANDOM.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static Map<String, Object> rsa(Map<String, Object> options) throws GeneralSecurityException {
        KeyPair keys = CertificateMaker.newRsaKeys(keyLength(options));
        return Map.of(
                "private_key", pkcs8(keys),
                "public_key", CertificateMaker.pem(keys.getPublic()));
    }

    private static Map<String, Object> ssh(Map<String, Object> options) throws GeneralSecurityException {
        KeyPair keys = CertificateMaker.newRsaKeys(keyLength(options));
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
                "public_key",
                        ("ssh-rsa " + Base64.getEncoder().encodeToString(blob.toByteArray()) + " "
                                        + option(options, "ssh_comment", ""))
                                .strip(),
                "public_key_fingerprint", HexFormat.ofDelimiter(":").formatHex(fingerprint));
    }

    private Map<String, Object> certificate(Map<String, Object> options, Optional<Issued> ca) {
        int days = number(options, "duration", CERTIFICATE_DAYS, 1, MOST_DAYS);
        boolean isCa = isOn(options, "is_ca");
        if (!isCa && ca.isEmpty() && !isOn(options, "self_signed")) {
            throw new IllegalArgumentException("'ca' is missing: name the CA variable, or set is_ca");
        }
        Issued made = certificates.make(
                new CertificateRequest(
                        option(options, "common_name", ""),
                        texts(options, "organization"),
                        texts(options, "organization_unit"),
                        texts(options, "alternative_names"),
                        texts(options, "key_usage"),
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

    private static int keyLength(Map<String, Object> options) {
        int length = number(options, "key_length", 2048, 2048, 4096);
        if (length % 1024 != 0) {
            throw new IllegalArgumentException("key_length is " + length + ", and must be 2048, 3072 or 4096");
        }
        return length;
    }

    private static int number(Map<String, Object> options, String name, int otherwise, int min, int max) {
        Object value = options.getOrDefault(name, otherwise);
        if (value instanceof Integer number && number >= min && number <= max) {
            return number;
        }
        throw new IllegalArgumentException(
                name + " is '" + value + "', and must be a number from " + min + " to " + max);
    }

    private static boolean isOn(Map<String, Object> options, String name) {
        Object value = options.getOrDefault(name, false);
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new IllegalArgumentException(name + " is '" + value + "', and must be true or false");
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
