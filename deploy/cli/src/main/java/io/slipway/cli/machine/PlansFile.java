package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The names of the plans that a director will offer, known before it runs. */
final class PlansFile {
    private PlansFile() {}

    static void requirePlan(Path file, String plan) {
        List<String> names = new ArrayList<>();
        try {
            for (JsonNode offered :
                    new YAMLMapper().readTree(Files.readString(file)).path("plans")) {
                names.add(offered.path("name").asText());
            }
        } catch (IOException unreadable) {
            throw new CliException("the plans " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
        if (!names.contains(plan)) {
            throw new CliException("there is no plan '" + plan + "': choose one of " + String.join(", ", names));
        }
    }
}
