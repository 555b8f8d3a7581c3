package io.slipway.secrets.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Map;

/**
 * Keys to be made.
 *
 * @param bits of an RSA modulus; or 256, 384 or 521 for one of NIST's elliptic curves
 */
public record KeyKind(Algorithm algorithm, int bits) {
    private static final Map<Integer, String> CURVES = Map.of(256, "secp256r1", 384, "secp384r1", 521, "secp521r1");
    private static final SecureRandom RANDOM = new SecureRandom();
    /** After the curves, among which it is looked for. */
    public static final KeyKind P256 = new KeyKind(Algorithm.EC, 256);

    /** What a key is good for signing with. */
    public enum Algorithm {
        RSA,
        EC
    }

    public KeyKind {
        if (algorithm == Algorithm.EC && !CURVES.containsKey(bits)) {
            throw new IllegalArgumentException("there is no curve of " + bits + " bits: expected 256, 384 or 521");
        }
    }

    public static KeyKind rsa(int bits) {
        return new KeyKind(Algorithm.RSA, bits);
    }

    /** A new pair. */
    public KeyPair pair() {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm.name());
            switch (algorithm) {
                case RSA -> generator.initialize(bits, RANDOM);
                case EC -> generator.initialize(new ECGenParameterSpec(CURVES.get(bits)), RANDOM);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime makes RSA and EC keys", impossible);
        }
    }
}
