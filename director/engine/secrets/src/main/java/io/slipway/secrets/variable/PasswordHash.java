package io.slipway.secrets.variable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Hashes of passwords as Unix has them in {@code /etc/shadow}: SHA-512 crypt, {@code $6$salt$hash}. */
final class PasswordHash {
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ROUNDS = 5_000;
    private static final int DIGEST = 64;
    private static final int GROUPS = 21;

    private PasswordHash() {}

    /** @param salt at most sixteen letters, digits, dots and slashes */
    static String of(String password, String salt) {
        byte[] key = password.getBytes(StandardCharsets.UTF_8);
        byte[] grain = salt.getBytes(StandardCharsets.US_ASCII);
        byte[] digest = first(key, grain);
        byte[] keys = stretched(repeated(key, key.length), key.length);
        byte[] grains = stretched(repeated(grain, 16 + (digest[0] & 0xff)), grain.length);
        for (int round = 0; round < ROUNDS; round++) {
            var sha = sha512();
            sha.update(round % 2 == 1 ? keys : digest);
            if (round % 3 != 0) {
                sha.update(grains);
            }
            if (round % 7 != 0) {
                sha.update(keys);
            }
            sha.update(round % 2 == 1 ? digest : keys);
            digest = sha.digest();
        }
        return "$6$" + salt + "$" + encoded(digest);
    }

    private static byte[] first(byte[] key, byte[] salt) {
        var other = sha512();
        other.update(key);
        other.update(salt);
        other.update(key);
        byte[] mixed = other.digest();
        var sha = sha512();
        sha.update(key);
        sha.update(salt);
        sha.update(stretched(mixed, key.length));
        for (int bits = key.length; bits > 0; bits >>= 1) {
            sha.update((bits & 1) == 1 ? mixed : key);
        }
        return sha.digest();
    }

    /** The digest of a text written so many times. */
    private static byte[] repeated(byte[] text, int times) {
        var sha = sha512();
        for (int i = 0; i < times; i++) {
            sha.update(text);
        }
        return sha.digest();
    }

    /** So many bytes of a digest, over and over again. */
    private static byte[] stretched(byte[] digest, int length) {
        byte[] result = new byte[length];
        for (int at = 0; at < length; at += DIGEST) {
            System.arraycopy(digest, 0, result, at, Math.min(DIGEST, length - at));
        }
        return result;
    }

    /** Three bytes that lie a third of the digest apart become four characters; which of them leads changes in turn. */
    private static String encoded(byte[] digest) {
        var text = new StringBuilder();
        int[] places = {0, GROUPS, 2 * GROUPS};
        for (int group = 0; group < GROUPS; group++) {
            append(text, digest[places[0]], digest[places[1]], digest[places[2]], 4);
            places = Arrays.stream(new int[] {places[1], places[2], places[0]})
                    .map(place -> place + 1)
                    .toArray();
        }
        append(text, (byte) 0, (byte) 0, digest[DIGEST - 1], 2);
        return text.toString();
    }

    private static void append(StringBuilder text, byte high, byte middle, byte low, int characters) {
        int bits = (high & 0xff) << 16 | (middle & 0xff) << 8 | low & 0xff;
        for (int i = 0; i < characters; i++) {
            text.append(ALPHABET.charAt(bits & 0x3f));
            bits >>= 6;
        }
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-512", impossible);
        }
    }
}
