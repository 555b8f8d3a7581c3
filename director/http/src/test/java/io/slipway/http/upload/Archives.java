package io.slipway.http.upload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small releases and stemcells as operators upload them. */
final class Archives {
    static final String RELEASE_MANIFEST = """
            name: shop
            version: "1"
            commit_hash: abc
            packages:
            - {name: lib, version: f-lib, fingerprint: f-lib, dependencies: []}
            - {name: app, version: f-app, fingerprint: f-app, dependencies: [lib]}
            jobs:
            - {name: web, version: f-web, fingerprint: f-web, packages: [app]}
            """;
    private static final String WEB = """
            name: web
            templates: {}
            packages: [app]
            provides: [{name: web, type: http}]
            consumes: [{name: db, type: sql, optional: true}]
            """;

    private Archives() {}

    static byte[] release(String manifest) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("release.MF", text(manifest));
        files.put("packages/lib.tgz", tgz(Map.of("packaging", text("make lib"))));
        files.put("packages/app.tgz", tgz(Map.of("packaging", text("make app"))));
        files.put("jobs/web.tgz", tgz(Map.of("job.MF", text(WEB), "monit", text(""))));
        return tgz(files);
    }

    /** One without the packages' archives, as a client sends it that was told not to send them. */
    static byte[] thinRelease(String manifest) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("release.MF", text(manifest));
        files.put("jobs/web.tgz", tgz(Map.of("job.MF", text(WEB), "monit", text(""))));
        return tgz(files);
    }

    /** One whose image is somewhere in the cloud already. */
    static byte[] lightStemcell(String version) throws IOException {
        String manifest = "name: light\nversion: \"" + version + "\"\noperating_system: jammy\napi_version: 3\n"
                + "sha1: da39a3ee5e6b4b0d3255bfef95601890afd80709\ncloud_properties: {ami: {eu: ami-1}}\n";
        var files = new LinkedHashMap<String, byte[]>();
        files.put("stemcell.MF", text(manifest));
        files.put("image", new byte[0]);
        return tgz(files);
    }

    static String digest(String algorithm, byte[] content) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    }

    static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] tgz(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (var file : files.entrySet()) {
                var entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }
}
