package io.slipway.e2e.deployments;

import static io.slipway.e2e.ReleaseTgz.text;
import static io.slipway.e2e.ReleaseTgz.tgz;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A release whose one job shows what is in a package that is made from another one. */
final class PartsRelease {
    private static final String SHOW_SPEC = """
            ---
            name: show
            templates: {run.erb: bin/run}
            packages: [whole]
            properties: {}
            """;
    private static final String RUN = """
            #!/bin/bash
            cat /var/vcap/packages/whole/all
            """;

    private PartsRelease() {}

    static byte[] bytes() throws IOException, GeneralSecurityException {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("packages/part.tgz", tgz(Map.of("packaging", text("echo a part > $BOSH_INSTALL_TARGET/part"))));
        files.put(
                "packages/whole.tgz",
                tgz(Map.of(
                        "packaging",
                        text("sed s/^/made.of./ /var/vcap/packages/part/part > $BOSH_INSTALL_TARGET/all"))));
        files.put(
                "jobs/show.tgz",
                tgz(Map.of("job.MF", text(SHOW_SPEC), "monit", text(""), "templates/run.erb", text(RUN))));
        var all = new LinkedHashMap<String, byte[]>();
        all.put("release.MF", text(manifest(files)));
        all.putAll(files);
        return tgz(all);
    }

    private static String manifest(Map<String, byte[]> files) throws GeneralSecurityException {
        return "---\nname: parts\nversion: \"1\"\ncommit_hash: abc\npackages:\n"
                + entry("part", files.get("packages/part.tgz"), ", dependencies: []")
                + entry("whole", files.get("packages/whole.tgz"), ", dependencies: [part]") + "jobs:\n"
                + entry("show", files.get("jobs/show.tgz"), "");
    }

    private static String entry(String name, byte[] archive, String more) throws GeneralSecurityException {
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
        return "- {name: " + name + ", version: \"" + sha256 + "\", fingerprint: \"" + sha256 + "\", sha1: \"sha256:"
                + sha256 + "\"" + more + "}\n";
    }
}
