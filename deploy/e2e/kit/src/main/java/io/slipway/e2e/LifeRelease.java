package io.slipway.e2e;

import static io.slipway.e2e.ReleaseTgz.text;
import static io.slipway.e2e.ReleaseTgz.tgz;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A release with all that lives: a process, a package made from another, a link, an errand. */
public final class LifeRelease {
    private static final String WEB_SPEC = """
            ---
            name: web
            templates: {ctl.erb: bin/ctl}
            packages: [greeting]
            provides: [{name: web, type: http, properties: [message]}]
            properties: {message: {default: hi}, password: {}}
            """;
    private static final String MONIT = """
            check process web
              with pidfile /var/vcap/sys/run/web/web.pid
              start program "/var/vcap/jobs/web/bin/ctl start"
              stop program "/var/vcap/jobs/web/bin/ctl stop"
              group vcap
            """;
    private static final String CTL = """
            #!/bin/bash
            mkdir -p /var/vcap/sys/run/web /var/vcap/sys/log/web
            if [ "$1" = start ]; then
              nohup sleep 1000000 >/dev/null 2>&1 &
              echo $! > /var/vcap/sys/run/web/web.pid
              echo "<%= p('message') %> $(cat /var/vcap/packages/greeting/all)" >> /var/vcap/sys/log/web/web.log
              echo <%= spec.id %> >> /var/vcap/store/starts
            else
              kill "$(cat /var/vcap/sys/run/web/web.pid)"
              rm -f /var/vcap/sys/run/web/web.pid
            fi
            """;
    private static final String SMOKE_SPEC = """
            ---
            name: smoke
            templates: {run.erb: bin/run}
            packages: []
            consumes: [{name: web, type: http}, {name: scratch, type: disk, optional: true}]
            properties: {exit: {default: 0}}
            """;
    private static final String RUN = """
            #!/bin/bash
            echo "sees <%= link('web').instances.size %> saying <%= link('web').p('message') %>"
            echo "started $(cat /var/vcap/store/starts 2>/dev/null | wc -l)"
            echo "asks <%= link('web').address(azs: ['z1'], status: 'healthy') %> as <%= spec.address %>"
            cat /var/vcap/sys/log/web/web.log 2>/dev/null
            <% if_link('scratch') do |scratch| %>
            disk=/var/vcap/instance/disks/<%= scratch.p('name') %>
            blkid "$disk" >/dev/null || mkfs.ext4 -q "$disk"
            mkdir -p /mnt/scratch && mount "$disk" /mnt/scratch && echo once >> /mnt/scratch/uses
            echo "used $(wc -l < /mnt/scratch/uses) of $(blockdev --getsize64 "$disk")"
            umount /mnt/scratch
            <% end %>
            exit <%= p('exit') %>
            """;

    private LifeRelease() {}

    /** How often the job was started on its disk, as its errand has said. */
    public static int starts(String said) {
        return said.lines()
                .filter(line -> line.startsWith("started "))
                .mapToInt(line -> Integer.parseInt(line.substring("started ".length())))
                .findFirst()
                .orElseThrow();
    }

    /** Its archive. */
    public static byte[] bytes() throws IOException, GeneralSecurityException {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("packages/word.tgz", tgz(Map.of("packaging", text("echo word > $BOSH_INSTALL_TARGET/word"))));
        files.put(
                "packages/greeting.tgz",
                tgz(Map.of(
                        "packaging",
                        text("cat /var/vcap/packages/word/word said > $BOSH_INSTALL_TARGET/all"),
                        "said",
                        text("said\n"))));
        files.put(
                "jobs/web.tgz",
                tgz(Map.of("job.MF", text(WEB_SPEC), "monit", text(MONIT), "templates/ctl.erb", text(CTL))));
        files.put(
                "jobs/smoke.tgz",
                tgz(Map.of("job.MF", text(SMOKE_SPEC), "monit", text(""), "templates/run.erb", text(RUN))));
        String manifest = "---\nname: life\nversion: \"1\"\ncommit_hash: abc\npackages:\n"
                + entry("word", files.get("packages/word.tgz"), ", dependencies: []")
                + entry("greeting", files.get("packages/greeting.tgz"), ", dependencies: [word]") + "jobs:\n"
                + entry("web", files.get("jobs/web.tgz"), "") + entry("smoke", files.get("jobs/smoke.tgz"), "");
        var all = new LinkedHashMap<String, byte[]>();
        all.put("release.MF", text(manifest));
        all.putAll(files);
        return tgz(all);
    }

    /** A release of one errand, {@code speak}, whose package is there only compiled for a stemcell. */
    public static byte[] compiled(String stemcell) throws IOException, GeneralSecurityException {
        byte[] tongue = tgz(Map.of("tongue", text("compiled elsewhere\n")));
        byte[] speak = tgz(Map.of(
                "job.MF",
                text("---\nname: speak\ntemplates: {run.erb: bin/run}\npackages: [tongue]\n"),
                "monit",
                text(""),
                "templates/run.erb",
                text("#!/bin/bash\ncat /var/vcap/packages/tongue/tongue\n")));
        String manifest = "---\nname: words\nversion: \"1\"\ncommit_hash: abc\ncompiled_packages:\n"
                + entry("tongue", tongue, ", stemcell: " + stemcell + ", dependencies: []") + "jobs:\n"
                + entry("speak", speak, "");
        var all = new LinkedHashMap<String, byte[]>();
        all.put("release.MF", text(manifest));
        all.put("compiled_packages/tongue.tgz", tongue);
        all.put("jobs/speak.tgz", speak);
        return tgz(all);
    }

    private static String entry(String name, byte[] archive, String more) throws GeneralSecurityException {
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
        return "- {name: " + name + ", version: \"" + sha256 + "\", fingerprint: \"" + sha256 + "\", sha1: \"sha256:"
                + sha256 + "\"" + more + "}\n";
    }
}
