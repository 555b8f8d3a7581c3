package io.slipway.secrets.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One CA, whichever director asks for it, and however it got into the database. */
class SharedCaTest {
    private static final EncryptionKey KEY = new EncryptionKey(new byte[32]);
    private static final int DIRECTORS = 3;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void directors_that_start_at_once_have_one_ca(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var threads = Executors.newFixedThreadPool(DIRECTORS)) {
            var barrier = new CyclicBarrier(DIRECTORS);
            var starts = new ArrayList<Callable<String>>();
            for (int number = 0; number < DIRECTORS; number++) {
                Path own = folder.resolve("director-" + number);
                starts.add(() -> {
                    barrier.await();
                    return load(database.jdbi(), own, KEY).caPem();
                });
            }

            var pems = new HashSet<String>();
            for (var started : threads.invokeAll(starts)) {
                pems.add(started.get());
            }

            assertThat(pems).hasSize(1);
            assertThat(load(database.jdbi(), folder.resolve("later"), KEY).caPem())
                    .isEqualTo(pems.iterator().next());
            assertThat(sealed(database.jdbi())).doesNotContain("PRIVATE KEY", "CERTIFICATE");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_ca_of_an_earlier_version_is_taken_over_and_stays_where_it_was(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            Issued former = former(folder.resolve("ca"));

            var ca = load(database.jdbi(), folder.resolve("ca"), KEY);

            assertThat(ca.caPem()).isEqualTo(former.certificatePem());
            assertThat(CertificateMaker.isSignedBy(ca.issueAgent("i-1").certificatePem(), former.certificatePem()))
                    .isTrue();
            assertThat(load(database.jdbi(), folder.resolve("of-another"), KEY).caPem())
                    .isEqualTo(former.certificatePem());
            assertThat(folder.resolve("ca/ca.pem")).hasContent(former.certificatePem());
            assertThat(load(database.jdbi(), folder.resolve("ca"), KEY).caPem()).isEqualTo(former.certificatePem());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobody_makes_a_ca_where_agents_trust_one_that_is_in_a_data_directory_still(EmptyDatabase kind)
            throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            // As the migration leaves it where there are instances.
            database.jdbi().useHandle(handle -> handle.execute("INSERT INTO director_ca (name) VALUES ('director')"));
            Issued former = former(folder.resolve("ca"));

            assertThatThrownBy(() -> load(database.jdbi(), folder.resolve("of-another"), KEY))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("of-another")
                    .hasMessageContaining("first start the director");

            assertThat(load(database.jdbi(), folder.resolve("ca"), KEY).caPem()).isEqualTo(former.certificatePem());
            assertThat(load(database.jdbi(), folder.resolve("of-another"), KEY).caPem())
                    .isEqualTo(former.certificatePem());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_data_directory_of_another_database_is_refused(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var ca = load(database.jdbi(), folder.resolve("none"), KEY);
            former(folder.resolve("ca"));

            assertThatThrownBy(() -> load(database.jdbi(), folder.resolve("ca"), KEY))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(folder.resolve("ca").toString())
                    .hasMessageMatching("(?s).*\\(SHA-256 [0-9A-F:]{95}\\).*\\(SHA-256 [0-9A-F:]{95}\\).*");
            assertThat(load(database.jdbi(), folder.resolve("none"), KEY).caPem())
                    .isEqualTo(ca.caPem());
        }
    }

    @ParameterizedTest
    @EnumSource
    void another_encryption_key_is_refused_by_its_id(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            load(database.jdbi(), folder, KEY);
            byte[] other = new byte[32];
            other[0] = 1;

            assertThatThrownBy(() -> load(database.jdbi(), folder, new EncryptionKey(other)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("director CA")
                    .hasMessageContaining("another key");
        }
    }

    @ParameterizedTest
    @EnumSource
    void of_several_cas_the_first_issues_and_all_are_trusted(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var first = load(database.jdbi(), folder, KEY);
            Issued second = make();
            var content = new ObjectMapper()
                    .writeValueAsBytes(List.of(
                            second,
                            new CaTable(database.jdbi(), KEY)
                                    .find()
                                    .orElseThrow()
                                    .getFirst()));
            database.jdbi()
                    .useHandle(handle ->
                            handle.execute("UPDATE director_ca SET sealed = ?", KEY.seal(content, "director CA")));

            var both = load(database.jdbi(), folder, KEY);

            assertThat(both.caPem()).isEqualTo(second.certificatePem() + first.caPem());
            assertThat(CertificateMaker.isSignedBy(both.issueAgent("i").certificatePem(), second.certificatePem()))
                    .isTrue();
        }
    }

    private static DirectorCa load(Jdbi jdbi, Path former, EncryptionKey key) throws Exception {
        return DirectorCa.loadOrCreate(jdbi, former, key, Clock.systemUTC());
    }

    private static String sealed(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT sealed FROM director_ca")
                .map((found, context) -> new String(found.getBytes(1), StandardCharsets.ISO_8859_1))
                .one());
    }

    /** A CA in files, as directors of earlier versions made it. */
    private static Issued former(Path directory) throws Exception {
        Issued made = make();
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("ca.pem"), made.certificatePem());
        Files.write(
                directory.resolve("ca.key.sealed"),
                KEY.seal(made.privateKeyPem().getBytes(StandardCharsets.US_ASCII), "director CA key"));
        return made;
    }

    private static Issued make() {
        return new CertificateMaker(Clock.systemUTC())
                .make(
                        new CertificateRequest(
                                Subject.of("Slipway director CA", "Slipway"),
                                List.of(),
                                List.of(),
                                List.of(),
                                true,
                                KeyKind.P256,
                                Duration.ofDays(1)),
                        Optional.empty());
    }
}
