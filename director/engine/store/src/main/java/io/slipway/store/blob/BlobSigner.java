package io.slipway.store.blob;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs addresses of blobs: {@code <base>/blobs/<name>?expires=<epoch seconds>&signature=<HMAC-SHA256>}. A signature is
 * good for one method, one name and a while.
 */
public final class BlobSigner {
    private static final String PATH = "/blobs/";

    private final SecretKeySpec key;
    private final String baseUrl;
    private final Clock clock;

    public BlobSigner(byte[] key, String baseUrl, Clock clock) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
        this.baseUrl = baseUrl;
        this.clock = clock;
    }

    /** An address to fetch a blob from, by its digest. */
    public String download(String sha256, Duration validity) {
        return signed("GET", sha256, validity);
    }

    /** An address to put a blob to, found again by the key. Keys are made of letters, digits, dashes and dots. */
    public String upload(String uploadKey, Duration validity) {
        return signed("PUT", uploadKey, validity);
    }

    /** Whether a request may do what it asks for now. */
    public boolean isValid(String method, String name, long expires, String signature) {
        return clock.instant().getEpochSecond() <= expires
                && MessageDigest.isEqual(
                        signature(method, name, expires).getBytes(StandardCharsets.US_ASCII),
                        signature.getBytes(StandardCharsets.US_ASCII));
    }

    private String signed(String method, String name, Duration validity) {
        long expires = clock.instant().plus(validity).getEpochSecond();
        return baseUrl + PATH + name + "?expires=" + expires + "&signature=" + signature(method, name, expires);
    }

    private String signature(String method, String name, long expires) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            String text = method + "\n" + name + "\n" + expires;
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has HMAC-SHA256", impossible);
        }
    }
}
