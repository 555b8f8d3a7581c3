package io.slipway.secrets.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The operator's key: AES-256-GCM. A sealed text is one format byte, four bytes that name the key, the nonce, and the
 * ciphertext; what it is for is authenticated with it, so that one cannot be put in the place of another.
 */
public final class EncryptionKey {
    private static final byte FORMAT = 1;
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 4;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;
    private final byte[] id;

    /** Throws {@link IllegalArgumentException} where the key is not 32 bytes. */
    public EncryptionKey(byte[] bytes) {
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException("the encryption key has " + bytes.length + " bytes, and must have 32");
        }
        this.key = new SecretKeySpec(bytes, "AES");
        this.id = Arrays.copyOf(derive("key id"), ID_BYTES);
    }

    /** Another key for another purpose, which tells nothing of this one. */
    public byte[] derive(String purpose) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has HMAC-SHA256", impossible);
        }
    }

    public byte[] seal(byte[] plain, String context) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, plain, context);
        return ByteBuffer.allocate(1 + ID_BYTES + NONCE_BYTES + sealed.length)
                .put(FORMAT)
                .put(id)
                .put(nonce)
                .put(sealed)
                .array();
    }

    /** Throws {@link IllegalStateException} where another key, or another context, was used. */
    public byte[] open(byte[] sealed, String context) {
        int header = 1 + ID_BYTES + NONCE_BYTES;
        if (sealed.length < header || sealed[0] != FORMAT) {
            throw new IllegalStateException("'" + context + "' is not sealed in a form that this version knows");
        }
        if (!MessageDigest.isEqual(Arrays.copyOfRange(sealed, 1, 1 + ID_BYTES), id)) {
            throw new IllegalStateException(
                    "'" + context + "' was encrypted with another key: configure the key with id "
                            + HexFormat.of().formatHex(sealed, 1, 1 + ID_BYTES));
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1 + ID_BYTES, header);
        return crypt(Cipher.DECRYPT_MODE, nonce, Arrays.copyOfRange(sealed, header, sealed.length), context);
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] text, String context) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("'" + context + "' does not decrypt: it was changed, or moved", failure);
        }
    }

    /** Says nothing. */
    @Override
    public String toString() {
        return "EncryptionKey";
    }
}
