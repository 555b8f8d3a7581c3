package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinksApiTest {
    private SimulatedDirector director;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
        var ended = director.api().ended(director.api().deploy(TinyRelease.manifestWithLinks("d")));
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("done");
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void shows_who_gives_and_who_takes() throws Exception {
        var provider = only("/link_providers?deployment=d", "front");
        var consumer = only("/link_consumers?deployment=d", "front");
        var link = only("/links?deployment=d", "common_name");

        assertThat(provider.path("shared").asBoolean()).isTrue();
        assertThat(provider.path("link_provider_definition").toString())
                .isEqualTo("{\"type\":\"address\",\"name\":\"where\"}");
        assertThat(provider.path("owner_object").toString())
                .isEqualTo("{\"type\":\"job\",\"name\":\"web\",\"info\":{\"instance_group\":\"web\"}}");
        assertThat(consumer.path("owner_object").toString()).isEqualTo("{\"type\":\"variable\",\"name\":\"cert\"}");
        assertThat(consumer.path("optional").asBoolean()).isFalse();
        assertThat(link.path("link_provider_id").asText())
                .isEqualTo(provider.path("id").asText());
        assertThat(link.path("link_consumer_id").asText())
                .isEqualTo(consumer.path("id").asText());
        assertThat(link.path("created_at").asText()).endsWith(" UTC");
        assertThat(address("link_id=" + link.path("id").asText())).isEqualTo("q-s0.web.default.d.bosh");
    }

    @Test
    void makes_and_deletes_links_for_those_outside() throws Exception {
        String provider =
                only("/link_providers?deployment=d", "front").path("id").asText();

        director.api().post("/links", wish(provider, ",\"network\":\"default\""), 200);
        director.api().post("/links", wish(provider, ""), 200);

        var link = only("/links?deployment=d", "where");
        String id = link.path("id").asText();
        assertThat(address("link_id=" + id + "&azs%5B%5D=z1&status=healthy")).isEqualTo("q-a1s3.web.default.d.bosh");
        director.api().remove("/links/" + id, 204);
        assertThat(director.api().get("/links?deployment=d")).hasSize(1);
        director.api().remove("/links/" + id, 404);
        director.api()
                .remove(
                        "/links/"
                                + only("/links?deployment=d", "common_name")
                                        .path("id")
                                        .asText(),
                        400);
    }

    @Test
    void says_what_is_wrong_with_a_wish() throws Exception {
        String provider =
                only("/link_providers?deployment=d", "front").path("id").asText();
        String hidden = only("/link_providers?deployment=d", "mine").path("id").asText();
        String link = only("/links?deployment=d", "common_name").path("id").asText();

        director.api().post("/links", wish(hidden, ""), 403);
        director.api().post("/links", wish("999", ""), 400);
        director.api().post("/links", wish(provider, ",\"network\":\"nowhere\""), 400);
        director.api().post("/links", wish(provider, "").replace("external", "job"), 400);
        for (String wrong : new String[] {
            "/links",
            "/links?deployment=nowhere",
            "/link_address",
            "/link_address?link_id=x",
            "/link_address?link_id=" + link + "&status=well",
            "/link_address?link_id=" + link + "&azs%5B%5D=z9",
            "/link_address?link_id=" + link + "&azs=z1"
        }) {
            assertThatThrownBy(() -> director.api().text(wrong)).hasMessageMatching("(?s).*answered 40[04].*code.*");
        }
    }

    private static String wish(String provider, String more) {
        return "{\"link_provider_id\":\"" + provider
                + "\",\"link_consumer\":{\"owner_object\":{\"name\":\"me\",\"type\":\"external\"}}" + more + "}";
    }

    private String address(String query) throws Exception {
        return director.api().get("/link_address?" + query).path("address").asText();
    }

    private JsonNode only(String path, String name) throws Exception {
        for (JsonNode one : director.api().get(path)) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError(
                path + " has no " + name + ": " + director.api().text(path));
    }
}
