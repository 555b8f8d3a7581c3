package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.FreePort;
import io.slipway.store.setting.ClusterSettings.Disagreement;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A director that starts on a database that another one, or an earlier life of it, had with other settings. */
class UnlikeDirectorsTest {
    private static final String UUID = "0f5dcfbb-9b0e-4d0c-a4f0-0e4d4b0f3f35";
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String CONFIG = """
            uuid: %s
            data_dir: %s/data
            bind: {address: 127.0.0.1, port: %d}
            agent: {port: %d, endpoints: ["127.0.0.1:1"]}
            blobs: {base_url: "https://127.0.0.1:1"}
            tls: {ca_file: %s/ca.pem, names: [localhost]}
            users:
            - {name: admin, password: admin-secret-of-tests, role: admin}
            encryption_key: %s
            cpi: {name: simulated, properties: {}}
            plans: ../../deploy/configs/plans.yml
            """;

    @TempDir
    Path folder;

    @Test
    void is_refused_with_what_differs_and_starts_with_what_was_there() throws Exception {
        start(UUID, KEY);
        String ca = Files.readString(folder.resolve("ca.pem"));

        assertThatThrownBy(() -> start("11111111-9b0e-4d0c-a4f0-0e4d4b0f3f35", KEY))
                .isInstanceOf(Disagreement.class)
                .hasMessageContaining("its uuid is '11111111-9b0e-4d0c-a4f0-0e4d4b0f3f35', and theirs is '" + UUID);
        assertThatThrownBy(() -> start(UUID, KEY.replaceFirst("A", "B")))
                .isInstanceOf(Disagreement.class)
                .hasMessageContaining("its encryption_key is another one than theirs")
                .hasMessageNotContaining("uuid is");

        start(UUID, KEY);
        assertThat(folder.resolve("ca.pem")).hasContent(ca);
        assertThat(folder.resolve("data/ca")).doesNotExist();
    }

    private void start(String uuid, String key) throws Exception {
        Path config =
                SettingsFile.write(folder, CONFIG.formatted(uuid, folder, FreePort.any(), FreePort.any(), folder, key));
        var settings = ServerSettings.read(config);
        Director.start(settings, Infrastructures::builtIn, SharedRenderer.RENDERER, System.err::println)
                .close();
    }
}
