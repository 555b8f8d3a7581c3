package io.slipway.model.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.release.ReleaseArchive;
import io.slipway.model.stemcell.StemcellArchive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is in an archive: nothing is written beside the folder it is unpacked into, and the refusal names the place. */
class HostileArchiveTest {
    private static final Map<String, String> RELEASE_SPEC =
            Map.of("job.MF", "name: j\ntemplates: {t: t}\npackages: [p]\n", "monit", "", "templates/t", "x");
    private static final String RELEASE_MF = "name: r\nversion: \"1\"\ncommit_hash: a\nuncommitted_changes: false\n"
            + "packages: [{name: p, version: \"1\", fingerprint: \"1\", sha1: \"\", dependencies: []}]\n"
            + "jobs: [{name: j, version: \"1\", fingerprint: \"1\", sha1: \"\"}]\n";

    private static final String STEMCELL_MF =
            "name: s\nversion: \"1\"\noperating_system: o\nsha1: 9694c4ebd673a5e2fd26e4b2e64f92e914ebd95f\n";

    private final Path area = newArea();

    /** An entry of a tar, as somebody who means no good writes it. */
    record Entry(String name, byte kind, String link, String content) {}

    @BeforeTry
    @BeforeEach
    void makeArea() throws IOException {
        Files.createDirectories(area);
    }

    @AfterTry
    @AfterEach
    void removeAll() throws IOException {
        try (var all = Files.walk(area)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    @Property(tries = 400)
    void nothing_leaves_the_folder_whatever_the_entries(@ForAll("entries") List<Entry> entries) throws IOException {
        Path archive = Files.write(Files.createTempFile(area, "hostile", ".tgz"), tgz(entries));
        Path into = Files.createTempDirectory(area, "into");
        var before = listed(area);

        try {
            var files = ArchiveReader.unpack(archive, into, ErrorCodes.RELEASE_INVALID_ARCHIVE, "the archive");
            assertThat(files.values())
                    .allSatisfy(file -> assertThat(file.toRealPath()).startsWith(into.toRealPath()));
        } catch (InvalidInput refused) {
            assertThat(refused.getMessage())
                    .startsWith("the archive cannot be used: ")
                    .doesNotContain(area.toString());
        }

        assertThat(listed(area)).isEqualTo(before);
        try (var all = Files.walk(into)) {
            assertThat(all)
                    .allSatisfy(one -> assertThat(Files.isSymbolicLink(one)).isFalse());
        }
    }

    @Property(tries = 400)
    void a_release_with_damaged_bytes_is_read_or_refused(
            @ForAll @IntRange(max = 1500) int place, @ForAll byte flip, @ForAll @IntRange(max = 1500) int end)
            throws IOException {
        byte[] good = release(Map.of());
        byte[] bad = java.util.Arrays.copyOf(good, end % 5 == 0 ? end % good.length : good.length);
        if (bad.length > 0) {
            bad[place % bad.length] ^= flip;
        }

        readOrRefused(bad);
    }

    @Property(tries = 400)
    void a_release_with_a_mutated_manifest_or_spec_is_read_or_refused(
            @ForAll("texts") String text, @ForAll("parts") String part) throws IOException {
        readOrRefused(release(Map.of(part, text)));
    }

    @Test
    void what_is_damaged_was_good() throws IOException {
        var release = ReleaseArchive.read(
                Files.write(area.resolve("good.tgz"), release(Map.of())), Files.createDirectory(area.resolve("good")));

        assertThat(release.jobs()).singleElement().satisfies(job -> assertThat(job.name())
                .isEqualTo("j"));
    }

    @Test
    void what_a_release_says_in_numbers_is_read_as_ruby_reads_it() throws IOException {
        var numbers = Map.of(
                "release.MF", RELEASE_MF.replace("name: r\nversion: \"1\"", "name: 010\nversion: 1.10"), "job.MF", """
                name: j
                templates: {t: t}
                properties:
                  base: &d {description: 1_000, default: 0640}
                  other: {<<: *d}
                  size: {<<: *d, default: 1_000}
                  first: {default: 1, <<: *d}
                """);
        var release = ReleaseArchive.read(
                Files.write(area.resolve("numbers.tgz"), release(numbers)),
                Files.createDirectory(area.resolve("numbers")));

        assertThat(release.name() + "/" + release.version()).isEqualTo("8/1.1");
        var properties = release.jobs().getFirst().spec().properties();
        assertThat(properties.values()).extracting(one -> one.description()).contains("1000");
        assertThat(properties.values()).extracting(one -> one.defaultValue()).containsExactly(416, 416, 1000, 416);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = ';', textBlock = """
            release.MF  ; name: r           ; name: a|b                   ; 'release.MF.name' is 'a|b'
            release.MF  ; name: r           ; name: ..                    ; 'release.MF.name' is '..'
            release.MF  ; version: "1"      ; version: "1 2"              ; 'release.MF.version' is '1 2'
            release.MF  ; {name: p          ; {name: p/q                  ; 'release.MF.packages[p/q].name' is 'p/q'
            release.MF  ; fingerprint: "1"  ; fingerprint: "1|2"          ; fingerprint' is '1|2'
            release.MF  ; commit_hash: a    ; commit_hash: LONG           ; at most 64
            stemcell.MF ; name: s           ; name: a|b                   ; 'stemcell.MF.name' is 'a|b'
            stemcell.MF ; version: "1"      ; version: 1/2                ; 'stemcell.MF.version' is '1/2'
            stemcell.MF ; system: o         ; system: a/b                 ; 'stemcell.MF.operating_system' is 'a/b'
            stemcell.MF ; version: "1"      ; version: LONG               ; length (256)
            job.MF      ; {t: t}            ; {t: ../../t}                ; '../../t': expected a path below
            job.MF      ; {t: t}            ; {t: /etc/t}                 ; '/etc/t': expected a path below
            job.MF      ; packages: [p]     ; provides: [{name: a|b, type: x}]   ; 'a|b'
            job.MF      ; packages: [p]     ; consumes: [{name: a, type: ' x'}]  ; ' x'
            """)
    void what_is_no_name_is_named(String part, String good, String bad, String named) throws IOException {
        String text = Map.of("release.MF", RELEASE_MF, "stemcell.MF", STEMCELL_MF)
                .getOrDefault(part, RELEASE_SPEC.getOrDefault(part, ""));
        String longOne = part.startsWith("stemcell") ? "a".repeat(254) : "a".repeat(65);
        byte[] archive = release(Map.of(part, text.replace(good, bad.replace("LONG", longOne))));
        Path file = Files.write(area.resolve("named.tgz"), archive);

        assertThatThrownBy(() -> read(file, part.startsWith("stemcell"))).hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/x", "a/../../x", "a//b", "..", "a/./b", "a/\u0001"})
    void a_path_that_leads_out_is_named(String path) throws IOException {
        assertThat(refusal(tgz(List.of(new Entry(path, TarConstants.LF_NORMAL, "", "x")))))
                .contains("is not a plain file inside the archive");
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO
            })
    void what_is_no_plain_file_is_named(byte kind) throws IOException {
        assertThat(refusal(tgz(List.of(new Entry("release.MF", kind, "/etc/passwd", "")))))
                .contains("'release.MF' is not a plain file");
    }

    @Test
    void a_file_that_is_there_twice_is_named() throws IOException {
        var twice = new Entry("release.MF", TarConstants.LF_NORMAL, "", "x");

        assertThat(refusal(tgz(List.of(twice, twice)))).contains("'release.MF' is there twice");
    }

    @Test
    void a_bomb_is_refused_before_it_bursts() throws IOException {
        Path archive = Files.write(
                area.resolve("bomb.tgz"),
                tgz(List.of(new Entry("big", TarConstants.LF_NORMAL, "", "x".repeat(5_000_000)))));

        assertThatThrownBy(() -> ArchiveReader.visit(
                        archive, new ArchiveLimits(10, 1_000_000), 1, "the archive", (path, content) -> {
                            throw new AssertionError("it was unpacked");
                        }))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("more than 10 entries or 1000000 bytes");
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_GNUTYPE_LONGNAME, TarConstants.LF_GNUTYPE_LONGLINK, 'x', 'g'})
    void a_header_of_any_size_is_not_taken_into_memory(byte kind) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            long size = 3L * 1024 * 1024 * 1024;
            gzip.write(header("long", kind, size));
            byte[] block = new byte[1024 * 1024];
            java.util.Arrays.fill(block, (byte) 'a');
            for (int written = 0; written < 64; written++) {
                gzip.write(block);
            }
        }

        assertThat(refusal(bytes.toByteArray()))
                .containsAnyOf("an entry's header is too large", "damaged or truncated");
    }

    @Test
    void a_size_beyond_all_numbers_is_refused() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(header("a", TarConstants.LF_NORMAL, Long.MAX_VALUE));
            gzip.write(new byte[1024]);
        }

        assertThat(refusal(bytes.toByteArray())).contains("the archive cannot be used");
    }

    @Test
    void text_that_is_not_utf_8_is_named() throws IOException {
        var entries = List.of(new Entry("release.MF", TarConstants.LF_NORMAL, "", "name: \u00e9"));
        Path archive = Files.write(area.resolve("latin.tgz"), tgz(entries, StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ReleaseArchive.read(archive, Files.createDirectory(area.resolve("latin"))))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("release.MF is not UTF-8 text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:00", "sha512:00", "00", "md5:00", "sha256:", "crc:1;", "zzz"})
    void a_digest_that_does_not_match_or_cannot_be_checked_is_refused(String digest) throws IOException {
        Path file = Files.writeString(area.resolve("file"), "x");

        assertThatThrownBy(() -> MultiDigest.verify(file, digest, 1, "the file"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("the file");
    }

    @Provide
    Arbitrary<List<Entry>> entries() {
        var segments = Arbitraries.of("a", "b", "..", ".", "", "release.MF", "x".repeat(300), "\u0001", "\u00e9", "~");
        var names = segments.list().ofMinSize(1).ofMaxSize(5).map(list -> String.join("/", list));
        var kinds = Arbitraries.of(
                TarConstants.LF_NORMAL,
                TarConstants.LF_NORMAL,
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_DIR,
                TarConstants.LF_CHR,
                TarConstants.LF_FIFO);
        return Combinators.combine(names, kinds, names, Arbitraries.strings().ofMaxLength(10))
                .as(Entry::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> parts() {
        return Arbitraries.of("release.MF", "job.MF", "monit", "templates/t", "stemcell.MF");
    }

    @Provide
    Arbitrary<String> texts() {
        var values = Arbitraries.of(
                "name: r",
                "name: [x]",
                "name: ../../x",
                "name: \"\"",
                "version: \"1\"",
                "version: {}",
                "version: a b",
                "jobs: [{name: j, version: \"1\", sha1: x}]",
                "jobs: {}",
                "jobs: [1]",
                "jobs: [{name: ../j}]",
                "packages: [{name: p, version: \"1\", dependencies: [q]}]",
                "packages: [p]",
                "packages: 1",
                "templates: {t: ../../t}",
                "templates: [t]",
                "templates: {q: q}",
                "properties: [x]",
                "properties: {a: {default: {b: c}}}",
                "provides: [1]",
                "consumes: {a: b}",
                "&a [*a]",
                "\u0000",
                "- x",
                "name: 9999999999999999999999",
                "commit_hash: {}");
        return values.list().uniqueElements().ofMaxSize(6).map(list -> String.join("\n", list));
    }

    private void readOrRefused(byte[] archive) throws IOException {
        Path file = Files.write(Files.createTempFile(area, "release", ".tgz"), archive);
        for (boolean isStemcell : List.of(false, true)) {
            try {
                assertThat(read(file, isStemcell)).isNotNull();
            } catch (InvalidInput refused) {
                assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n", "Exception", area.toString());
            }
        }
    }

    private Object read(Path file, boolean isStemcell) throws IOException {
        Path into = Files.createTempDirectory(area, "into");
        return isStemcell ? StemcellArchive.read(file, into) : ReleaseArchive.read(file, into);
    }

    private String refusal(byte[] archive) throws IOException {
        Path file = Files.write(area.resolve("refused.tgz"), archive);
        Path into = Files.createDirectory(area.resolve("refused"));
        try {
            ArchiveReader.unpack(file, into, ErrorCodes.RELEASE_INVALID_ARCHIVE, "the archive");
        } catch (InvalidInput refused) {
            assertThat(refused.problems().getFirst().code()).isEqualTo(ErrorCodes.RELEASE_INVALID_ARCHIVE);
            return String.valueOf(refused.getMessage());
        }
        throw new AssertionError("it was not refused");
    }

    /** A good release that is a good stemcell too, but for the texts that replace its own. */
    private static byte[] release(Map<String, String> replaced) throws IOException {
        var job = new ArrayList<Entry>();
        RELEASE_SPEC.forEach((name, content) ->
                job.add(new Entry(name, TarConstants.LF_NORMAL, "", replaced.getOrDefault(name, content))));
        var files = new LinkedHashMap<String, byte[]>();
        files.put("release.MF", replaced.getOrDefault("release.MF", RELEASE_MF).getBytes(StandardCharsets.UTF_8));
        files.put("jobs/j.tgz", tgz(job));
        files.put("packages/p.tgz", tgz(List.of(new Entry("packaging", TarConstants.LF_NORMAL, "", "true"))));
        files.put("image", new byte[10]);
        files.put(
                "stemcell.MF", replaced.getOrDefault("stemcell.MF", STEMCELL_MF).getBytes(StandardCharsets.UTF_8));
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

    private static byte[] tgz(List<Entry> entries) throws IOException {
        return tgz(entries, StandardCharsets.UTF_8);
    }

    private static byte[] tgz(List<Entry> entries, java.nio.charset.Charset charset) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Entry one : entries) {
                var entry = new TarArchiveEntry(one.name(), one.kind(), true);
                entry.setLinkName(one.link());
                boolean isFile =
                        one.kind() == TarConstants.LF_NORMAL && !one.name().endsWith("/");
                byte[] content = isFile ? one.content().getBytes(charset) : new byte[0];
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** The block before an entry's content, with any size claimed. */
    private static byte[] header(String name, byte kind, long size) throws IOException {
        var entry = new TarArchiveEntry(name, kind, true);
        entry.setSize(size);
        byte[] block = new byte[512];
        // Sizes beyond eight gibibytes in the binary form that GNU and star write.
        entry.writeEntryHeader(block, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
        return block;
    }

    private static List<String> listed(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(Path::toString).sorted().toList();
        }
    }

    private static Path newArea() {
        try {
            return Files.createTempDirectory("hostile");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
