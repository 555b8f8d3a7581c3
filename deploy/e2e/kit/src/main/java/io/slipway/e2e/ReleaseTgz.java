package io.slipway.e2e;

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

/** Makes release archives of small jobs, each with one template and nothing that runs. */
public final class ReleaseTgz {
    private final String name;
    private final Map<String, byte[]> jobs = new LinkedHashMap<>();

    /** With no jobs yet. */
    public ReleaseTgz(String name) {
        this.name = name;
    }

    /** Adds a job with more lines of its spec, and with its one template. */
    public ReleaseTgz job(String job, String moreSpec, String template) throws IOException {
        String spec = "---\nname: " + job + "\ntemplates: {file.erb: config/file}\npackages: []\n" + moreSpec;
        jobs.put(job, tgz(Map.of("job.MF", text(spec), "monit", text(""), "templates/file.erb", text(template))));
        return this;
    }

    /** The archive. */
    public byte[] bytes() throws IOException, GeneralSecurityException {
        var manifest =
                new StringBuilder("---\nname: " + name + "\nversion: \"1\"\ncommit_hash: abc\npackages: []\njobs:\n");
        var files = new LinkedHashMap<String, byte[]>();
        for (var job : jobs.entrySet()) {
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(job.getValue()));
            manifest.append("- {name: ")
                    .append(job.getKey())
                    .append(", version: \"1\", fingerprint: \"1\", sha1: \"sha256:")
                    .append(sha256)
                    .append("\"}\n");
            files.put("jobs/" + job.getKey() + ".tgz", job.getValue());
        }
        var all = new LinkedHashMap<String, byte[]>();
        all.put("release.MF", text(manifest.toString()));
        all.putAll(files);
        return tgz(all);
    }

    /** An archive of these files. */
    public static byte[] tgz(Map<String, byte[]> files) throws IOException {
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

    /** In UTF-8. */
    public static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
