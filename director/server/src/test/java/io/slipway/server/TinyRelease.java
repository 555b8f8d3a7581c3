package io.slipway.server;

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

/** The smallest stemcell and release that a simulated VM takes. */
final class TinyRelease {
    static final String CLOUD_CONFIG = """
        azs: [{name: z1}]
        vm_types: [{name: small}]
        disk_types: [{name: small, disk_size: 100}, {name: large, disk_size: 200}]
        compilation: {workers: 1, network: default, az: z1, vm_type: small}
        networks:
        - name: default
          type: manual
          subnets: [{range: 10.70.0.0/16, gateway: 10.70.0.1, azs: [z1], dns: [10.70.0.2]}]
        """;

    private TinyRelease() {}

    /** Has a director take in the stemcell and the release, and gives it the cloud config. */
    static void give(Api api) throws Exception {
        long stemcell = api.upload("/stemcells", stemcell());
        long release = api.upload("/releases", release());
        api.configure("cloud", CLOUD_CONFIG);
        api.done(stemcell);
        api.done(release);
    }

    static byte[] stemcell() throws IOException, GeneralSecurityException {
        return stemcell("1");
    }

    static byte[] stemcell(String version) throws IOException, GeneralSecurityException {
        byte[] image = text("an image");
        String sha1 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(image));
        String manifest = "{name: tiny, version: '" + version + "', operating_system: tiny, api_version: 3, sha1: "
                + sha1 + ", stemcell_formats: [simulated], cloud_properties: {}}";
        return tgz(Map.of("stemcell.MF", text(manifest), "image", image));
    }

    /** {@code tiny} with the package {@code word}; see {@link #release(String, String)}. */
    static byte[] release() throws IOException, GeneralSecurityException {
        return release("tiny", "word");
    }

    /** One job, {@code web}, with a package and one template that shows its property {@code text}. */
    static byte[] release(String name, String packageName) throws IOException, GeneralSecurityException {
        return release(name, "1", packageName, Map.of());
    }

    /** As {@link #release(String, String)}, in a version, with the package {@code word}. */
    static byte[] releaseOf(String name, String version) throws IOException, GeneralSecurityException {
        return release(name, version, "word", Map.of());
    }

    /** {@code tiny}, in another version. */
    static byte[] version(String version) throws IOException, GeneralSecurityException {
        return release("tiny", version, "word", Map.of());
    }

    /** As {@link #release(String, String)}, with a job {@code check} that is an errand. */
    static byte[] releaseWithErrand(String name, String packageName) throws IOException, GeneralSecurityException {
        byte[] check = tgz(Map.of(
                "job.MF",
                text("{name: check, packages: [], templates: {run.erb: bin/run}, properties: {}}"),
                "monit",
                text(""),
                "templates/run.erb",
                text("echo checked")));
        return release(name, "1", packageName, Map.of("check", check));
    }

    private static byte[] release(String name, String version, String packageName, Map<String, byte[]> others)
            throws IOException, GeneralSecurityException {
        byte[] job = tgz(Map.of(
                "job.MF",
                text("{name: web, packages: [" + packageName
                        + "], templates: {text.erb: config/text}, properties: {text:" + " {default: x}}}"),
                "monit",
                text(""),
                "templates/text.erb",
                text("<%= p('text') %> on <%= spec.id %>")));
        byte[] word = tgz(Map.of("packaging", text("echo word > $BOSH_INSTALL_TARGET/" + packageName)));
        String manifest = "{name: " + name + ", version: '" + version + "', commit_hash: abc, packages: [{name: "
                + packageName + ", dependencies: [], " + entry(word) + "}], jobs: [{name: web, " + entry(job) + "}";
        for (var other : others.entrySet()) {
            manifest += ", {name: " + other.getKey() + ", " + entry(other.getValue()) + "}";
        }
        manifest += "]}";
        var files = new LinkedHashMap<String, byte[]>();
        files.put("release.MF", text(manifest));
        files.put("packages/" + packageName + ".tgz", word);
        files.put("jobs/web.tgz", job);
        others.forEach((other, archive) -> files.put("jobs/" + other + ".tgz", archive));
        return tgz(files);
    }

    private static String entry(byte[] archive) throws GeneralSecurityException {
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
        return "version: '1', fingerprint: '" + sha256 + "', sha1: 'sha256:" + sha256 + "'";
    }

    /** A deployment of one group {@code web}. */
    static String manifest(String deployment, int instances, String text, String diskType) {
        return """
            name: %s
            releases: [{name: tiny, version: '1'}]
            stemcells: [{alias: default, os: tiny, version: '1'}]
            update: {canaries: 0, max_in_flight: 10, canary_watch_time: 1-30000, update_watch_time: 1-30000}
            instance_groups:
            - name: web
              instances: %d
              azs: [z1]
              vm_type: small
              stemcell: default
              persistent_disk_type: %s
              networks: [{name: default}]
              jobs: [{name: web, release: tiny, properties: {text: %s}}]
            """.formatted(deployment, instances, diskType, text);
    }

    /** As {@link #manifest(String, int, String, String)}, of another release. */
    static String manifest(String deployment, String release, int instances) {
        return manifest(deployment, instances, "one", "small")
                .replace("{name: tiny, version", "{name: " + release + ", version")
                .replace("release: tiny", "release: " + release);
    }

    /** Whose job shares {@code front} and keeps {@code mine}, and whose certificate is for the first. */
    static String manifestWithLinks(String deployment) {
        return manifest(deployment, 1, "one", "small")
                        .replace(
                                "jobs: [{name: web, release: tiny,",
                                "jobs: [{name: web, release: tiny, provides: {where: {as: front, shared: true}},"
                                        + " custom_provider_definitions: [{name: where, type: address}, {name: mine,"
                                        + " type: address}],")
                + "variables: [{name: cert, type: certificate, options: {self_signed: true}, consumes:"
                + " {common_name: {from: front}}}]\n";
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

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
