package io.slipway.agent.core.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/**
 * A PKCS #10 certification request (RFC 2986) without attributes, signed by ECDSA with SHA-256. Written out by hand: a
 * library for it would weigh more than the rest of the agent.
 */
final class SigningRequest {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int UTF8_STRING = 0x0c;
    private static final int BIT_STRING = 0x03;
    private static final int NO_ATTRIBUTES = 0xa0;
    private static final int SHORT_LENGTH = 0x80;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
    /** 1.2.840.10045.4.3.2 */
    private static final byte[] ECDSA_WITH_SHA256 = {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2};

    private SigningRequest() {}

    /** In DER. */
    static byte[] of(String commonName, KeyPair keys) throws GeneralSecurityException {
        byte[] name = element(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        byte[] subject = element(SEQUENCE, element(SET, element(SEQUENCE, COMMON_NAME, name)));
        byte[] info = element(SEQUENCE, VERSION_0, subject, keys.getPublic().getEncoded(), element(NO_ATTRIBUTES));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(info);
        byte[] unusedBits = {0};
        return element(
                SEQUENCE,
                info,
                element(SEQUENCE, ECDSA_WITH_SHA256),
                element(BIT_STRING, unusedBits, signature.sign()));
    }

    private static byte[] element(int tag, byte[]... contents) {
        var body = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            body.writeBytes(content);
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (body.size() < SHORT_LENGTH) {
            out.write(body.size());
        } else {
            out.write(SHORT_LENGTH | 2);
            out.write(body.size() >> 8);
            out.write(body.size() & 0xff);
        }
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }
}
