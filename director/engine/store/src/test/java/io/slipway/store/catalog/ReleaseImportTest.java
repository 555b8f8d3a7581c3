package io.slipway.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.plan.CatalogPackage;
import io.slipway.model.release.PackageList;
import io.slipway.model.release.ParsedJob;
import io.slipway.model.release.ParsedPackage;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.DirectoryAreas;
import io.slipway.store.member.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseImportTest {
    private static final String JAMMY = "jammy/1.5";

    @TempDir
    private Path folder;

    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
    private Blobs blobs;
    private ReleaseCatalog releases;
    private CompiledPackageCatalog compiled;
    private ReleaseImport imports;

    @BeforeEach
    void open() throws IOException {
        blobs = new DirectoryAreas(folder, false).area("blobs");
        releases = new ReleaseCatalog(database.jdbi(), blobs);
        compiled = new CompiledPackageCatalog(database.jdbi(), blobs);
        imports = new ReleaseImport(database.jdbi(), blobs, releases, compiled);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void keeps_a_release_whole() throws Exception {
        take(source("r", "1"));

        var found = releases.find("r", "latest").orElseThrow();
        assertThat(found.commitHash()).isEqualTo("abc");
        assertThat(Objects.requireNonNull(found.jobs().get("web")).spec().packages())
                .containsExactly("app");
        assertThat(packageOf("r", "1", "app").dependencies()).containsExactly("lib");
        assertThat(packageOf("r", "1", "app").blobSha256())
                .hasValueSatisfying(sha256 -> assertThat(blobs.has(sha256)).isTrue());
        assertThat(releases.list().getFirst().jobNames()).containsExactly("web");
    }

    @Test
    void takes_what_it_has_already_again_without_a_word() throws Exception {
        take(source("r", "1"));
        var again = imports.draft(source("r", "1").read(folder), false);

        assertThat(again.newPackages()).isEmpty();
        assertThat(again.newJobs()).isEmpty();
        assertThat(again.commit(false, Turn.UNCONTESTED)).isEqualTo("1");
    }

    @Test
    void needs_no_package_that_another_release_brought() throws Exception {
        take(source("r", "1"));
        var thin = new SmallRelease("other", "7")
                .absentSource("lib-by-another-name", "f-lib")
                .job("j", "f-j", "lib-by-another-name");

        take(thin);

        assertThat(packageOf("other", "7", "lib-by-another-name").blobSha256())
                .isEqualTo(packageOf("r", "1", "lib").blobSha256());
    }

    @Test
    void refuses_a_package_that_is_neither_in_the_archive_nor_here() throws Exception {
        var thin = new SmallRelease("r", "1").absentSource("lib", "f-lib").job("web", "f-web", "lib");

        refused(thin, 30002, "packages/lib.tgz", "f-lib", "upload the whole release");
        assertThat(releases.list()).isEmpty();
    }

    @Test
    void tells_which_packages_need_not_be_sent() throws Exception {
        take(source("r", "1"));
        take(new SmallRelease("c", "1").compiled("tool", "f-tool", JAMMY, "made"));
        var wanted = new SmallRelease("r", "2")
                .absentSource("lib", "f-lib")
                .absentSource("new", "f-new")
                .absentSource("tool", "f-tool");

        assertThat(releases.known(PackageList.sources(wanted.manifest()))).containsExactly("f-lib");

        blobs.delete(packageOf("r", "1", "lib").blobSha256().orElseThrow());
        assertThat(releases.known(PackageList.sources(wanted.manifest()))).isEmpty();
    }

    @Test
    void tells_which_compiled_packages_need_not_be_sent() throws Exception {
        take(compiled("c", "1", "f-lib"));

        assertThat(knownCompiled(compiled("c", "2", "f-lib"))).containsExactlyInAnyOrder("f-lib", "f-app");
        assertThat(knownCompiled(compiled("c", "2", "f-lib-2"))).isEmpty();
        assertThat(knownCompiled(new SmallRelease("c", "2").absentCompiled("lib", "f-lib", "jammy/1.6")))
                .isEmpty();
        assertThatThrownBy(() -> PackageList.compiled("name: c\npackages: []\n"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("compiled_packages");
    }

    @Test
    void merges_what_is_uploaded_compiled_with_what_is_uploaded_as_source() throws Exception {
        take(compiled("r", "1", "f-lib"));
        assertThat(packageOf("r", "1", "app").blobSha256()).isEmpty();

        take(source("r", "1"));

        var app = packageOf("r", "1", "app");
        assertThat(app.blobSha256()).isPresent();
        assertThat(app.compiled()).containsOnlyKeys(JAMMY);
        assertThat(compiled.find("f-app", JAMMY, keyOfApp("r", "1"))).isPresent();
    }

    @Test
    void finds_a_compiled_package_of_the_same_line_of_stemcells() throws Exception {
        take(new SmallRelease("c", "1").compiled("tool", "f-tool", "jammy/1.2", "old"));
        take(new SmallRelease("c", "2").compiled("tool", "f-tool", "jammy/1.10", "new"));
        String key = releases.find("c", "1").orElseThrow().dependencyKeys().of("tool");

        assertThat(compiled.find("f-tool", "jammy/1.5", key)).isEmpty();
        assertThat(compiled.findClosest("f-tool", "jammy/1.5", key))
                .isEqualTo(compiled.find("f-tool", "jammy/1.10", key));
        assertThat(compiled.findClosest("f-tool", "jammy/1.2", key))
                .isEqualTo(compiled.find("f-tool", "jammy/1.2", key));
        assertThat(compiled.findClosest("f-tool", "jammy/2.0", key)).isEmpty();
        assertThat(compiled.findClosest("f-tool", "jammy/1.5", "another key")).isEmpty();
    }

    @Test
    void refuses_another_content_under_the_same_version() throws Exception {
        take(source("r", "1"));

        refused(source("r", "1").commit("def"), 30014, "abc", "def");
        refused(new SmallRelease("r", "1").source("lib", "f-other", "x"), 30012, "'lib' had different fingerprint");
        refused(new SmallRelease("r", "1").job("web", "f-other"), 30013, "'web' had different fingerprint");
        refused(new SmallRelease("r", "1").absentSource("app", "f-app"), 30016, "'app' depends on []");
    }

    @Test
    void gives_a_rebased_release_the_version_that_follows() throws Exception {
        assertThat(store(imports.draft(source("r", "1+dev.7").read(folder), false))
                        .commit(true, Turn.UNCONTESTED))
                .isEqualTo("1+dev.1");
        assertThat(store(imports.draft(source("r", "1+dev.7").read(folder), false))
                        .commit(true, Turn.UNCONTESTED))
                .isEqualTo("1+dev.2");
        assertThatThrownBy(() -> store(imports.draft(source("r", "1").read(folder), false))
                        .commit(true, Turn.UNCONTESTED))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("cannot be rebased");
    }

    @Test
    void fixes_a_damaged_package_and_forgets_what_was_compiled_of_it() throws Exception {
        take(source("r", "1"));
        take(compiled("r", "1", "f-lib"));
        Path damaged = blobs.withFile(packageOf("r", "1", "lib").blobSha256().orElseThrow(), file -> file);
        byte[] good = Files.readAllBytes(damaged);
        Files.write(damaged, new byte[] {1, 2, 3});

        store(imports.draft(source("r", "1").read(folder), true)).commit(false, Turn.UNCONTESTED);

        assertThat(damaged).hasBinaryContent(good);
        assertThat(packageOf("r", "1", "lib").compiled()).isEmpty();
    }

    @Test
    void forgets_compiled_packages_with_the_last_release_that_has_them() throws Exception {
        take(compiled("r", "1", "f-lib"));
        take(compiled("r", "2", "f-lib"));
        String key = keyOfApp("r", "1");

        releases.delete("r", "1");
        assertThat(compiled.find("f-app", JAMMY, key)).isPresent();

        releases.delete("r", "2");
        assertThat(compiled.find("f-app", JAMMY, key)).isEmpty();
    }

    private static SmallRelease source(String name, String version) throws IOException {
        return new SmallRelease(name, version)
                .source("lib", "f-lib", "make lib")
                .source("app", "f-app", "make app", "lib")
                .job("web", "f-web", "app");
    }

    private static SmallRelease compiled(String name, String version, String lib) throws IOException {
        return new SmallRelease(name, version)
                .compiled("lib", lib, JAMMY, "the lib")
                .compiled("app", "f-app", JAMMY, "the app", "lib")
                .job("web", "f-web", "app");
    }

    private List<String> knownCompiled(SmallRelease release) {
        return compiled.known(PackageList.compiled(release.manifest()));
    }

    private void take(SmallRelease release) throws IOException {
        store(imports.draft(release.read(folder), false)).commit(false, Turn.UNCONTESTED);
    }

    private static ReleaseImport.Draft store(ReleaseImport.Draft draft) throws IOException {
        for (ParsedPackage one : draft.newPackages()) {
            draft.store(one);
        }
        for (ParsedJob job : draft.newJobs()) {
            draft.store(job);
        }
        return draft;
    }

    private CatalogPackage packageOf(String release, String version, String name) {
        return Objects.requireNonNull(
                releases.find(release, version).orElseThrow().packages().get(name));
    }

    private String keyOfApp(String release, String version) {
        return releases.find(release, version).orElseThrow().dependencyKeys().of("app");
    }

    private void refused(SmallRelease release, int code, String... words) {
        assertThatThrownBy(() -> take(release))
                .isInstanceOfSatisfying(InvalidInput.class, refusal -> assertThat(
                                refusal.problems().getFirst().code())
                        .isEqualTo(code))
                .hasMessageContainingAll(words);
    }
}
