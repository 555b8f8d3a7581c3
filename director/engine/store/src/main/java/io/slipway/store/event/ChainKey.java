package io.slipway.store.event;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the rows and the marks of the audit trail, by HMAC-SHA-256: who can write to the database, and has not the directors' key,
 * can seal nothing. May be used by several threads.
 */
public final class ChainKey {
    private static final String ALGORITHM = "HmacSHA256";
    /** First byte of what is sealed. Another form of rows, or of marks, gets another one: none can stand for the other. */
    private static final byte ROW = 1;

    private static final byte MARK = 2;

    private final SecretKeySpec key;

    /** @param bytes known to the directors only, and used for nothing else */
    public ChainKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** The digest of a row that follows one with this digest; the first one follows none, an empty text. */
    String digest(String previous, ChainRow row) {
        var form = new Form(ROW).text(previous).number(row.number()).number(row.id());
        form.text(row.naturalKey()).number(row.at()).text(row.user()).text(row.client());
        form.text(row.action()).text(row.objectType()).text(row.objectName());
        form.text(row.task()).text(row.deployment()).text(row.instance());
        return seal(form.text(row.error()).text(row.context()));
    }

    String seal(ChainMark mark) {
        return seal(new Form(MARK)
                .text(mark.kind().column())
                .number(mark.number())
                .text(mark.digest())
                .number(mark.at()));
    }

    private String seal(Form form) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(form.bytes()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, impossible);
        }
    }

    /** Says nothing. */
    @Override
    public String toString() {
        return "ChainKey";
    }

    /** Bytes that only these values in this order give: each text has its length before it. */
    private static final class Form {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private final DataOutputStream out = new DataOutputStream(bytes);

        Form(byte kind) {
            bytes.write(kind);
        }

        Form number(long value) {
            try {
                out.writeLong(value);
                return this;
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }

        Form text(String value) {
            try {
                byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
                out.writeInt(utf8.length);
                out.write(utf8);
                return this;
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
