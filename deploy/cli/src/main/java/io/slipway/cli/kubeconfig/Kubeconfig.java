package io.slipway.cli.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * A user's kubeconfig file. Merging replaces entries of the same names and makes the merged context the current one;
 * all other entries, and fields that we do not know, stay as they are.
 */
public final class Kubeconfig {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();
    private static final Set<String> LISTS = Set.of("clusters", "users", "contexts");
    private static final Duration LOCK_DEADLINE = Duration.ofSeconds(5);

    private final Path file;

    public Kubeconfig(Path file) {
        this.file = file;
    }

    /** The file that kubectl would write to: the first that KUBECONFIG names, or .kube/config. */
    public static Kubeconfig ofUser(Map<String, String> environment, Path home) {
        for (String named : environment.getOrDefault("KUBECONFIG", "").split(":", -1)) {
            if (!named.isEmpty()) {
                return new Kubeconfig(Path.of(named));
            }
        }
        return new Kubeconfig(home.resolve(".kube").resolve("config"));
    }

    public Path path() {
        return file;
    }

    /** Whether the file already has all entries of another kubeconfig, just as they are there. */
    public boolean holds(JsonNode other) {
        if (!Files.exists(file)) {
            return false;
        }
        ObjectNode tree = read();
        for (String list : LISTS) {
            for (JsonNode entry : other.path(list)) {
                if (!named(tree, list, entry.path("name").asText()).equals(entry)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Merges another kubeconfig, as the director gives it, into the file. */
    public void merge(JsonNode added) {
        changeUnderLock(tree -> {
            LISTS.forEach(list -> mergeList(tree, list, added.path(list)));
            String context = added.path("current-context").asText("");
            if (!context.isEmpty()) {
                tree.put("current-context", context);
            }
        });
    }

    /**
     * Removes the context, cluster and user of one cluster, if they are of this server. There is nothing to remove where
     * they are not.
     */
    public void remove(String name, String server) {
        if (!Files.exists(file) || !serverOf(read(), name).equals(server)) {
            return;
        }
        changeUnderLock(tree -> {
            String user =
                    named(tree, "contexts", name).path("context").path("user").asText("");
            removeNamed(tree, "users", user);
            removeNamed(tree, "clusters", name);
            removeNamed(tree, "contexts", name);
            if (tree.path("current-context").asText("").equals(name)) {
                tree.put("current-context", "");
            }
        });
    }

    private static String serverOf(ObjectNode tree, String cluster) {
        return named(tree, "clusters", cluster).path("cluster").path("server").asText("");
    }

    private static JsonNode named(ObjectNode tree, String list, String name) {
        for (JsonNode entry : tree.path(list)) {
            if (entry.path("name").asText().equals(name)) {
                return entry;
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    private void changeUnderLock(Change change) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                PrivateFiles.createFolders(folder);
            }
            Path lock = takeLock();
            try {
                ObjectNode tree = read();
                change.apply(tree);
                PrivateFiles.write(file, YAML.writeValueAsBytes(tree));
            } finally {
                Files.deleteIfExists(lock);
            }
        } catch (IOException failure) {
            throw new CliException("kubeconfig " + file + " cannot be written: " + failure.getMessage(), failure);
        }
    }

    /** kubectl guards its own writes with the same lock file. */
    private Path takeLock() throws IOException {
        Path lock = Path.of(file + ".lock");
        long deadline = System.nanoTime() + LOCK_DEADLINE.toNanos();
        while (true) {
            try {
                return Files.createFile(lock);
            } catch (FileAlreadyExistsException held) {
                if (System.nanoTime() > deadline) {
                    throw new CliException(
                            "kubeconfig " + file + " is locked by another program: if none runs, delete " + lock);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", interrupted);
        }
    }

    private ObjectNode read() {
        ObjectNode fresh = JsonNodeFactory.instance.objectNode();
        fresh.put("apiVersion", "v1");
        fresh.put("kind", "Config");
        if (!Files.exists(file)) {
            return fresh;
        }
        JsonNode tree;
        try {
            tree = YAML.readTree(Files.readString(file));
        } catch (IOException invalid) {
            String why =
                    String.valueOf(invalid.getMessage()).lines().findFirst().orElse("");
            throw new CliException("kubeconfig " + file + " cannot be read, so it was left alone: " + why, invalid);
        }
        if (tree == null || tree.isMissingNode() || tree.isNull()) {
            return fresh;
        }
        if (!(tree instanceof ObjectNode object)) {
            throw new CliException("kubeconfig " + file + " is not a kubeconfig, so it was left alone");
        }
        return object;
    }

    private static void mergeList(ObjectNode tree, String list, JsonNode added) {
        ArrayNode entries = tree.path(list) instanceof ArrayNode present ? present : tree.putArray(list);
        for (JsonNode entry : added) {
            int index = indexOf(entries, entry.path("name").asText());
            if (index >= 0) {
                entries.set(index, entry.deepCopy());
            } else {
                entries.add(entry.deepCopy());
            }
        }
    }

    private static void removeNamed(ObjectNode tree, String list, String name) {
        if (tree.path(list) instanceof ArrayNode entries) {
            int index = indexOf(entries, name);
            if (index >= 0) {
                entries.remove(index);
            }
        }
    }

    private static int indexOf(ArrayNode entries, String name) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).path("name").asText().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @FunctionalInterface
    private interface Change {
        void apply(ObjectNode tree);
    }
}
