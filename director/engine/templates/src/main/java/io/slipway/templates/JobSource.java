package io.slipway.templates;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The templates of a job.
 *
 * @param fingerprint by which compiled templates are kept
 * @param templates from a source's path below {@code templates/} to its target's path below the job
 * @param sources by path below {@code templates/}, and {@code monit}
 */
public record JobSource(
        String jobName, String fingerprint, Map<String, String> templates, Map<String, String> sources) {
    private static final String FOLDER = "templates/";
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    public JobSource {
        templates = Map.copyOf(templates);
        sources = Map.copyOf(sources);
    }

    /** Reads the templates out of a BOSH job's tgz, which is closed afterwards. */
    public static JobSource read(String jobName, String fingerprint, Map<String, String> templates, InputStream archive)
            throws IOException {
        var sources = new LinkedHashMap<String, String>();
        int total = 0;
        try (archive;
                var tar = new TarArchiveInputStream(new GZIPInputStream(archive))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
                boolean isTemplate = name.startsWith(FOLDER);
                if (!entry.isFile() || !(isTemplate || name.equals("monit"))) {
                    continue;
                }
                byte[] content = tar.readNBytes(MOST_BYTES - total + 1);
                total += content.length;
                if (total > MOST_BYTES) {
                    throw new IOException("the templates of job '" + jobName + "' are larger than 32 MiB together");
                }
                sources.put(
                        isTemplate ? name.substring(FOLDER.length()) : name,
                        new String(content, StandardCharsets.UTF_8));
            }
        }
        for (String source : templates.keySet()) {
            if (!sources.containsKey(source)) {
                throw new IOException(
                        "job '" + jobName + "' lists template '" + source + "', and its archive lacks it");
            }
        }
        return new JobSource(jobName, fingerprint, templates, sources);
    }
}
