package io.slipway.store.catalog;

import io.slipway.model.release.ParsedRelease;
import io.slipway.model.release.ReleaseArchive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A release archive of parts that a test names. A package's or a job's version is its fingerprint, as with the bosh CLI. */
final class SmallRelease {
    private final StringBuilder packages = new StringBuilder();
    private final StringBuilder compiled = new StringBuilder();
    private final StringBuilder jobs = new StringBuilder();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final String name;
    private final String version;
    private String commit = "abc";

    SmallRelease(String name, String version) {
        this.name = name;
        this.version = version;
    }

    SmallRelease commit(String hash) {
        commit = hash;
        return this;
    }

    SmallRelease source(String one, String fingerprint, String content, String... dependencies) throws IOException {
        files.put("packages/" + one + ".tgz", tgz(Map.of("packaging", text(content))));
        return absentSource(one, fingerprint, dependencies);
    }

    /** Listed, and not in the archive. */
    SmallRelease absentSource(String one, String fingerprint, String... dependencies) {
        packages.append(entry(one, fingerprint))
                .append(", dependencies: [")
                .append(String.join(", ", dependencies))
                .append("]}\n");
        return this;
    }

    SmallRelease compiled(String one, String fingerprint, String stemcell, String content, String... dependencies)
            throws IOException {
        files.put("compiled_packages/" + one + ".tgz", tgz(Map.of("bin", text(content))));
        return absentCompiled(one, fingerprint, stemcell, dependencies);
    }

    SmallRelease absentCompiled(String one, String fingerprint, String stemcell, String... dependencies) {
        compiled.append(entry(one, fingerprint))
                .append(", stemcell: ")
                .append(stemcell)
                .append(", dependencies: [")
                .append(String.join(", ", dependencies))
                .append("]}\n");
        return this;
    }

    SmallRelease job(String job, String fingerprint, String... needed) throws IOException {
        String spec = "name: " + job + "\ntemplates: {}\npackages: [" + String.join(", ", needed) + "]\n";
        files.put("jobs/" + job + ".tgz", tgz(Map.of("job.MF", text(spec), "monit", text(""))));
        jobs.append(entry(job, fingerprint)).append("}\n");
        return this;
    }

    String manifest() {
        return "name: " + name + "\nversion: \"" + version + "\"\ncommit_hash: " + commit + "\npackages:\n" + packages
                + (compiled.isEmpty() ? "" : "compiled_packages:\n" + compiled) + "jobs:\n" + jobs;
    }

    ParsedRelease read(Path folder) throws IOException {
        var all = new LinkedHashMap<String, byte[]>();
        all.put("release.MF", text(manifest()));
        all.putAll(files);
        Path into = Files.createTempDirectory(folder, "release");
        Path archive = Files.write(into.resolve("release.tgz"), tgz(all));
        return ReleaseArchive.read(archive, into.resolve("content"));
    }

    private static String entry(String one, String fingerprint) {
        return "- {name: " + one + ", version: " + fingerprint + ", fingerprint: " + fingerprint;
    }

    private static byte[] tgz(Map<String, byte[]> content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (var file : content.entrySet()) {
                var entry = new TarArchiveEntry(file.getKey());
                // The same release is the same archive, whenever it is made.
                entry.setModTime(0L);
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
