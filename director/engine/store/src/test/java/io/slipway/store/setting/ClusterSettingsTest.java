package io.slipway.store.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.setting.ClusterSettings.Disagreement;
import io.slipway.store.setting.ClusterSettings.Secret;
import io.slipway.store.setting.ClusterSettings.Setting;
import io.slipway.store.setting.ClusterSettings.Shown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClusterSettingsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void the_first_director_says_and_others_that_are_alike_join(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            ClusterSettings.compare(database.jdbi(), settings("u", "k", "local"));
            assertThat(told(database.jdbi())).isEmpty();
            ClusterSettings.agree(database.jdbi(), settings("u", "k", "local"));
            var told = told(database.jdbi());

            ClusterSettings.agree(database.jdbi(), settings("u", "k", "local"));

            assertThat(told(database.jdbi())).isEqualTo(told).containsEntry("uuid", "u");
            assertThat(told.get("encryption_key")).matches("[0-9a-f]{32}:digest of k with [0-9a-f]{32}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_that_is_not_alike_hears_every_difference_and_changes_nothing(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            ClusterSettings.agree(database.jdbi(), settings("u", "k", "local"));
            var told = told(database.jdbi());
            var other = new ArrayList<>(settings("v", "l", "local"));
            other.add(new Shown("new", "thing"));

            assertThatThrownBy(() -> ClusterSettings.agree(database.jdbi(), other))
                    .isInstanceOf(Disagreement.class)
                    .hasMessageContaining("its uuid is 'v', and theirs is 'u'")
                    .hasMessageContaining("its encryption_key is another one than theirs")
                    .hasMessageContaining("cluster_settings")
                    .message()
                    .doesNotContain("digest", "cpi.name");
            assertThat(told(database.jdbi())).isEqualTo(told);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_a_later_version_asks_for_besides_is_told_by_the_first_that_does(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            ClusterSettings.agree(database.jdbi(), List.of(new Shown("uuid", "u")));

            ClusterSettings.agree(database.jdbi(), settings("u", "k", "local"));

            assertThatThrownBy(() -> ClusterSettings.agree(database.jdbi(), settings("u", "k", "simulated")))
                    .hasMessageContaining("its cpi.name is 'simulated', and theirs is 'local'");
        }
    }

    @ParameterizedTest
    @EnumSource
    void of_directors_that_start_at_once_those_alike_start_and_no_mixture_is_told(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starts = new ArrayList<Callable<String>>();
            for (String which : List.of("a", "b", "a", "b", "a", "b")) {
                starts.add(() -> {
                    ClusterSettings.agree(database.jdbi(), settings(which, which, which));
                    return which;
                });
            }
            var started = new ArrayList<String>();
            for (var one : threads.invokeAll(starts)) {
                try {
                    started.add(one.get());
                } catch (ExecutionException refused) {
                    assertThat(refused.getCause()).isInstanceOf(Disagreement.class);
                }
            }

            String first = String.valueOf(told(database.jdbi()).get("uuid"));
            assertThat(started).containsExactly(first, first, first);
            assertThat(told(database.jdbi())).containsEntry("cpi.name", first);
        }
    }

    private static List<Setting> settings(String uuid, String key, String cpi) {
        return List.of(
                new Shown("uuid", uuid),
                new Secret("encryption_key", salt -> "digest of " + key + " with " + salt),
                new Shown("cpi.name", cpi));
    }

    private static Map<String, String> told(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle
                .createQuery("SELECT name, content FROM cluster_settings")
                .map((row, context) -> Map.entry(row.getString("name"), row.getString("content")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
}
