package io.slipway.secrets.variable;

import io.slipway.secrets.certificate.CertificateMaker;
import io.slipway.secrets.certificate.Issued;
import io.slipway.secrets.certificate.KeyKind;
import io.slipway.secrets.variable.VariableSpec.CharacterClass;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes values of variables, in the shapes that BOSH's config servers give them. */
final class VariableGenerator {
    private static final VariableSpec.Password USERNAME =
            new VariableSpec.Password(20, List.of(CharacterClass.LOWER, CharacterClass.UPPER));
    private static final VariableSpec.Password SALT =
            new VariableSpec.Password(8, List.of(CharacterClass.LOWER, CharacterClass.UPPER, CharacterClass.DIGIT));
    private static final SecureRandom RANDOM = new SecureRandom();

    private final CertificateMaker certificates;

    VariableGenerator(CertificateMaker certificates) {
        this.certificates = certificates;
    }

    /** Throws {@link IllegalArgumentException} where the CA cannot sign. */
    Object generate(VariableSpec spec, Optional<Issued> ca) {
        return switch (spec) {
            case VariableSpec.Password password -> text(password);
            case VariableSpec.User user -> user(user);
            case VariableSpec.Rsa rsa -> rsa(rsa);
            case VariableSpec.Ssh ssh -> ssh(ssh);
            case VariableSpec.Certificate certificate -> certificate(certificate, ca);
        };
    }

    /** With at least one of each class that it may have, if it is long enough. */
    private static String text(VariableSpec.Password wanted) {
        String all = wanted.classes().stream().map(CharacterClass::characters).collect(Collectors.joining());
        var picked = new ArrayList<Character>();
        for (CharacterClass one : wanted.classes()) {
            if (picked.size() < wanted.length()) {
                picked.add(anyOf(one.characters()));
            }
        }
        while (picked.size() < wanted.length()) {
            picked.add(anyOf(all));
        }
        Collections.shuffle(picked, RANDOM);
        return picked.stream().map(String::valueOf).collect(Collectors.joining());
    }

    private static char anyOf(String characters) {
        return characters.charAt(RANDOM.nextInt(characters.length()));
    }

    private static Map<String, Object> user(VariableSpec.User wanted) {
        String password = text(wanted.password());
        return Map.of(
                "username",
                wanted.username().isEmpty() ? text(USERNAME) : wanted.username(),
                "password",
                password,
                "password_hash",
                PasswordHash.of(password, text(SALT)));
    }

    private static Map<String, Object> rsa(VariableSpec.Rsa wanted) {
        KeyPair keys = KeyKind.rsa(wanted.bits()).pair();
        return Map.of(
                "private_key", CertificateMaker.privatePem(keys),
                "public_key", CertificateMaker.pem(keys.getPublic()));
    }

    private static Map<String, Object> ssh(VariableSpec.Ssh wanted) {
        KeyPair keys = KeyKind.rsa(wanted.bits()).pair();
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
        String line = "ssh-rsa " + Base64.getEncoder().encodeToString(blob.toByteArray());
        return Map.of(
                "private_key", CertificateMaker.privatePem(keys),
                "public_key", (line + " " + wanted.comment()).strip(),
                "public_key_fingerprint", HexFormat.ofDelimiter(":").formatHex(md5(blob.toByteArray())));
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has MD5", impossible);
        }
    }

    private Map<String, Object> certificate(VariableSpec.Certificate wanted, Optional<Issued> ca) {
        Issued made = certificates.make(wanted.request(), ca);
        var value = new LinkedHashMap<String, Object>();
        value.put("ca", ca.map(Issued::certificatePem).orElse(made.certificatePem()));
        value.put("certificate", made.certificatePem());
        value.put("private_key", made.privateKeyPem());
        return value;
    }
}
