package io.slipway.templates;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A job's files for one instance.
 *
 * @param files content by path below the job's folder; {@code monit} among them
 */
public record RenderedJob(String jobName, SortedMap<String, byte[]> files) {
    public RenderedJob {
        files = new TreeMap<>(files);
    }

    /** Without the content, which may be secret. */
    @Override
    public String toString() {
        return "RenderedJob[" + jobName + ", " + files.keySet() + "]";
    }
}
