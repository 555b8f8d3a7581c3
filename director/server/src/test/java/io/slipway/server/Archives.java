package io.slipway.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A small release and a small stemcell. */
final class Archives {
    static final String CLOUD_CONFIG = """
            azs: [{name: z1}]
            vm_types: [{name: small}]
            disk_types: [{name: small, disk_size: 1024}]
            networks:
            - name: default
              type: manual
              subnets: [{range: 10.9.0.0/24, gateway: 10.9.0.1, azs: [z1], reserved: [10.9.0.1-10.9.0.9]}]
            compilation: {workers: 1, az: z1, vm_type: small, network: default}
            """;
    static final String MANIFEST = """
            name: probe
            releases: [{name: probe, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1-30000, update_watch_time: 1-30000}
            variables: [{name: secret, type: password}]
            instance_groups:
            - name: one
              instances: 1
              azs: [z1]
              vm_type: small
              persistent_disk: 1024
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: plain, release: probe}]
            - name: once
              lifecycle: errand
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: plain, release: probe}]
            """;

    private Archives() {}

    static byte[] release(String name, String version) {
        byte[] job = tgz(Map.of(
                "job.MF",
                        "name: plain\ntemplates: {file.erb: config/file}\npackages: []\n"
                                .getBytes(StandardCharsets.UTF_8),
                "monit", new byte[0],
                "templates/file.erb", "<%= spec.name %>".getBytes(StandardCharsets.UTF_8)));
        var files = new LinkedHashMap<String, byte[]>();
        files.put("release.MF", """
                name: %s
                version: "%s"
                commit_hash: abc
                packages: []
                jobs: [{name: plain, version: "1", fingerprint: "1", sha1: "sha256:%s"}]
                """.formatted(name, version, sha256(job)).getBytes(StandardCharsets.UTF_8));
        files.put("jobs/plain.tgz", job);
        return tgz(files);
    }

    static byte[] stemcell(String version) {
        byte[] image = "image".getBytes(StandardCharsets.UTF_8);
        return tgz(Map.of("image", image, "stemcell.MF", """
                name: slipway-simulated-debian-bookworm
                version: "%s"
                operating_system: debian-bookworm
                sha1: "sha256:%s"
                cloud_properties: {}
                """.formatted(version, sha256(image))
                .getBytes(StandardCharsets.UTF_8)));
    }

    /** An archive of these files. */
    static byte[] tgz(Map<String, byte[]> files) {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (var file : files.entrySet()) {
                var entry = new TarArchiveEntry(file.getKey(), true);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
