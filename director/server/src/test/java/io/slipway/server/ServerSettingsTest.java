package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.engine.resurrection.ResurrectionSettings;
import io.slipway.engine.variable.CertificatePolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
    private static final String REST = """
            uuid: 00000000-0000-4000-8000-000000000001
            data_dir: /data
            bind: {port: 25555}
            agent: {port: 25556, endpoints: ["10.0.0.1:25556"]}
            blobs: {base_url: "https://10.0.0.1:25555"}
            tls: {names: [director]}
            users: [{name: admin, password: secret}]
            encryption_key: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
            cpi: {name: simulated}
            plans: plans.yml
            """;

    @TempDir
    private Path folder;

    @Test
    void graces_of_resurrection_are_what_the_file_says() throws Exception {
        var settings = read("resurrection: {interval: 1, lost_grace: 2, unresponsive_grace: 90, minimum_down_jobs: 3,"
                + " percent_threshold: 0.5, time_threshold: 100}");

        assertThat(settings.resurrection())
                .isEqualTo(new ResurrectionSettings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(90),
                        3,
                        0.5,
                        Duration.ofSeconds(100)));
    }

    @Test
    void what_the_file_does_not_say_is_as_usual() throws Exception {
        assertThat(read("").resurrection()).isEqualTo(ResurrectionSettings.DEFAULT);
        assertThat(read("resurrection: {lost_grace: 20}").resurrection().unresponsiveGrace())
                .isEqualTo(ResurrectionSettings.DEFAULT.unresponsiveGrace());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lost_grace: 0           | resurrection.lost_grace is '0', and must be a number from 1 on
            lost_grace: soon        | resurrection.lost_grace is '"soon"', and must be a number from 1 on
            interval: -1            | resurrection.interval is '-1', and must be a number from 1 on
            minimum_down_jobs: many | resurrection.minimum_down_jobs is '"many"', and must be a number from 1 on
            percent_threshold: 20   | resurrection.percent_threshold is '20', and must be a number from 0 to 1
            unresponsive_grace: 5   | resurrection.unresponsive_grace is '5', and must not be less than resurrection.lost_grace
            """)
    void a_value_that_makes_no_sense_is_named_with_what_was_expected(String setting, String message) {
        assertThatThrownBy(() -> read("resurrection: {" + setting + "}"))
                .isInstanceOf(ServerSettings.Invalid.class)
                .hasMessageContaining(message)
                .hasMessageContaining("director.yml");
    }

    @Test
    void durations_of_certificates_have_a_minimum_where_the_file_says_so() throws Exception {
        assertThat(read("").certificates()).isEqualTo(CertificatePolicy.NONE);
        assertThat(read("certificates: {ca_minimum_duration_in_days: 1000, leaf_minimum_duration_in_days: 90}")
                        .certificates())
                .isEqualTo(new CertificatePolicy(1000, 90));
    }

    @Test
    void a_name_that_no_certificate_can_have_is_named() {
        assertThatThrownBy(() -> ServerSettings.read(Files.writeString(
                        folder.resolve("director.yml"), REST.replace("names: [director]", "names: ['a b']"))))
                .isInstanceOf(ServerSettings.Invalid.class)
                .hasMessageContaining("tls.names is 'a b'");
    }

    private ServerSettings read(String more) throws Exception {
        return ServerSettings.read(Files.writeString(folder.resolve("director.yml"), REST + more + "\n"));
    }
}
