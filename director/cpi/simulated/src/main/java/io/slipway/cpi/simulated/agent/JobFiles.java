package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.protocol.agent.v1.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What a simulated VM needs to know of a job's rendered templates.
 *
 * @param processes that the job's monit files have monit check
 * @param scripts names of the files in {@code bin}
 */
record JobFiles(List<String> processes, Set<String> scripts) {
    private static final Pattern CHECK = Pattern.compile("(?m)^\\s*check\\s+process\\s+\"?([^\\s\"]+)\"?");
    private static final Pattern ENTRY = Pattern.compile("(?:\\./)?([^/]+)/(.*)");

    JobFiles {
        processes = List.copyOf(processes);
        scripts = Set.copyOf(scripts);
    }

    /** Reads the tgz of rendered templates; the jobs by name. */
    static Map<String, JobFiles> read(byte[] tgz) throws CommandFailure {
        var processes = new LinkedHashMap<String, List<String>>();
        var scripts = new LinkedHashMap<String, Set<String>>();
        try (var tar = new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(tgz)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var name = ENTRY.matcher(entry.getName());
                if (!name.matches()) {
                    continue;
                }
                String file = name.group(2);
                var ofJob = processes.computeIfAbsent(name.group(1), job -> new ArrayList<>());
                if (file.equals("monit") || (file.endsWith(".monit") && !file.contains("/"))) {
                    ofJob.addAll(checked(new String(tar.readAllBytes(), StandardCharsets.UTF_8)));
                } else if (file.startsWith("bin/") && !entry.isDirectory()) {
                    scripts.computeIfAbsent(name.group(1), job -> new TreeSet<>())
                            .add(file.substring("bin/".length()));
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    Failure.Code.INVALID, "the rendered templates cannot be unpacked: " + e.getMessage());
        }
        var jobs = new LinkedHashMap<String, JobFiles>();
        processes.forEach((job, names) -> jobs.put(job, new JobFiles(names, scripts.getOrDefault(job, Set.of()))));
        return jobs;
    }

    private static List<String> checked(String monit) {
        return CHECK.matcher(monit).results().map(found -> found.group(1)).toList();
    }
}
