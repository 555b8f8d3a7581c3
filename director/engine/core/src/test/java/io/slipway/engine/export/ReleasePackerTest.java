package io.slipway.engine.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.slipway.engine.StageList;
import io.slipway.engine.export.ReleasePacker.Compiled;
import io.slipway.engine.export.ReleasePacker.Content;
import io.slipway.engine.export.ReleasePacker.Exported;
import io.slipway.model.archive.MultiDigest;
import io.slipway.model.archive.MultiDigest.Algorithm;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CatalogPackage;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.release.JobSpec;
import io.slipway.model.release.ParsedPackage;
import io.slipway.model.release.ParsedRelease;
import io.slipway.model.release.ReleaseArchive;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.DirectoryAreas;
import io.slipway.store.blob.LogBundles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasePackerTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path folder;

    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
    private final StageList log = new StageList();
    private Blobs blobs;
    private Blobs bundles;

    @BeforeEach
    void open() throws IOException {
        blobs = new DirectoryAreas(folder, false).area("blobs");
        bundles = new DirectoryAreas(folder, false).area("bundles");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void packs_what_an_upload_takes() throws Exception {
        var exported = packer(NOW).pack(log, content(true));

        var release = read(exported, "content");
        assertThat(release.name() + "/" + release.version()).isEqualTo("r/1+dev.1");
        assertThat(release.commitHash()).isEqualTo("abc");
        assertThat(release.uncommittedChanges()).isTrue();
        assertThat(release.jobs()).extracting(job -> job.spec().packages()).containsExactly(List.of("app"));
        assertThat(release.packages())
                .extracting(ParsedPackage::name, ParsedPackage::fingerprint, one -> one.stemcell()
                        .orElse(""))
                .containsExactly(tuple("app", "f-app", "jammy/1.5"), tuple("lib", "f-lib", "jammy/1.5"));
        assertThat(log.told()).contains("copying packages: app/v", "copying jobs: web/v");
    }

    @Test
    void tells_the_digest_that_was_asked_for() throws Exception {
        Exported strong = packer(NOW).pack(log, content(true));
        Exported weak = packer(NOW).pack(log, content(false));

        assertThat(strong.digest()).isEqualTo("sha256:" + strong.blobstoreId());
        assertThat(weak.digest())
                .isEqualTo(bundles.withFile(weak.blobstoreId(), file -> MultiDigest.of(file, Algorithm.SHA1)));
        assertThat(read(weak, "weak").packages())
                .extracting(ParsedPackage::sha)
                .allMatch(sha -> sha.matches("[0-9a-f]{40}"));
    }

    private ParsedRelease read(Exported exported, String content) throws Exception {
        return bundles.withFile(
                exported.blobstoreId(), archive -> ReleaseArchive.read(archive, folder.resolve(content)));
    }

    @Test
    void makes_the_same_archive_again() throws Exception {
        assertThat(packer(NOW.plus(Duration.ofDays(1))).pack(log, content(true)))
                .isEqualTo(packer(NOW).pack(log, content(true)));
    }

    @Test
    void keeps_an_archive_for_ten_days() throws Exception {
        String old = packer(NOW).pack(log, content(true)).blobstoreId();

        packer(NOW.plus(Duration.ofDays(9))).pack(log, content(false));
        assertThat(bundles.has(old)).isTrue();

        packer(NOW.plus(Duration.ofDays(11))).pack(log, content(false));
        assertThat(bundles.has(old)).isFalse();
    }

    private ReleasePacker packer(Instant now) {
        return new ReleasePacker(
                blobs,
                bundles,
                new LogBundles(database.jdbi()),
                folder.resolve("work"),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private Content content(boolean sha2) throws IOException {
        var job = new CatalogJob(
                "web",
                "v",
                "f-web",
                archive(Map.of("job.MF", "name: web\ntemplates: {}\npackages: [app]\n", "monit", "")),
                new JobSpec("web", "", Map.of(), List.of("app"), Map.of(), List.of(), List.of()));
        var lib = new CatalogPackage("lib", "v", "f-lib", Optional.empty(), List.of(), Map.of());
        var app = new CatalogPackage("app", "v", "f-app", Optional.empty(), List.of("lib"), Map.of());
        var release = new ReleaseVersion(
                "r", "1+dev.1", "abc", true, Map.of("web", job), Map.of("lib", lib, "app", app), List.of());
        return new Content(
                release,
                List.of(job),
                List.of(new Compiled(app, blob("the app")), new Compiled(lib, blob("the lib"))),
                "jammy/1.5",
                sha2);
    }

    private String archive(Map<String, String> files) throws IOException {
        Path file = Files.createTempFile(folder, "job", ".tgz");
        try (var tarball = new ReleaseTarball(file)) {
            for (var one : files.entrySet()) {
                tarball.add(one.getKey(), one.getValue());
            }
        }
        return blobs.put(file).sha256();
    }

    private String blob(String content) throws IOException {
        return blobs.put(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)))
                .sha256();
    }
}
