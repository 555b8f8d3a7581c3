package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.output.Progress;
import io.slipway.cli.task.TaskWatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives a director what it lacks. Each method says whether it changed anything. */
final class Uploads {
    private final DirectorClient director;

    Uploads(DirectorClient director) {
        this.director = director;
    }

    boolean stemcell(Progress progress, Archive stemcell) {
        for (JsonNode present : director.get("/stemcells")) {
            if (isSame(present, stemcell)) {
                return false;
            }
        }
        upload(progress, "stemcell", "/stemcells", stemcell);
        return true;
    }

    boolean release(Progress progress, Archive release) {
        for (JsonNode present : director.get("/releases")) {
            if (present.path("name").asText().equals(release.name())) {
                for (JsonNode version : present.path("release_versions")) {
                    if (version.path("version").asText().equals(release.version())) {
                        return false;
                    }
                }
            }
        }
        upload(progress, "release", "/releases", release);
        return true;
    }

    /** Sends a cloud config where there is none; one that is there may be an operator's. */
    boolean cloudConfig(Progress progress, Path file) {
        if (!director.get("/configs?type=cloud&name=default&latest=true").isEmpty()) {
            return false;
        }
        Progress.Step step = progress.begin("Uploading the cloud config");
        try {
            var body = JsonNodeFactory.instance.objectNode();
            body.put("type", "cloud").put("name", "default").put("content", Files.readString(file));
            director.post("/configs", body);
        } catch (IOException unreadable) {
            throw new CliException(
                    "the cloud config " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
        step.done("Uploaded the cloud config");
        return true;
    }

    private void upload(Progress progress, String what, String path, Archive archive) {
        String label = what + " " + archive.name() + "/" + archive.version();
        Progress.Step step = progress.begin("Uploading " + label);
        try {
            long size = Math.max(1, Files.size(archive.file()));
            long task = director.upload(path, archive.file(), sent -> step.detail(sent * 100 / size + "%"));
            new TaskWatcher(director).follow(task, step);
        } catch (IOException unreadable) {
            throw new CliException(archive.file() + " cannot be read: " + unreadable.getMessage(), unreadable);
        } catch (RuntimeException failure) {
            step.failed("Uploading " + label + " failed");
            throw failure;
        }
        step.done("Uploaded " + label);
    }

    private static boolean isSame(JsonNode present, Archive archive) {
        return present.path("name").asText().equals(archive.name())
                && present.path("version").asText().equals(archive.version());
    }
}
