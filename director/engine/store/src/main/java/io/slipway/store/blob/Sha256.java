package io.slipway.store.blob;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests as names of blobs. */
public final class Sha256 {
    private static final int LENGTH = 64;

    private Sha256() {}

    /** Whether a text is a digest in lower-case hexadecimal, and so may name a blob. */
    public static boolean isName(String text) {
        return text.length() == LENGTH && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    static String required(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("'" + name + "' is not a SHA-256 digest in lower-case hexadecimal");
        }
        return name;
    }

    static String of(byte[] content) {
        return name(digest().digest(content));
    }

    static String name(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
