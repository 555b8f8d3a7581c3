package io.slipway.cli.director;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The file that remembers the director: config.yml with director, ca (a path), user and password; and, where several
 * processes are that director, with the addresses of all of them in directors.
 */
public final class TargetFile {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    private final Path file;

    public TargetFile(Path file) {
        this.file = file;
    }

    public Path path() {
        return file;
    }

    public Optional<Target> read() {
        JsonNode tree;
        try {
            PrivateFiles.requirePrivate(file);
            tree = YAML.readTree(Files.readString(file));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new CliException(file + " cannot be read: " + firstLine(unreadable), unreadable);
        }
        if (!tree.isObject() || !tree.path("director").isTextual()) {
            throw new CliException(file + " names no director: it needs the keys director, ca, user and password");
        }
        String ca = tree.path("ca").asText("");
        return Optional.of(new Target(
                urls(tree),
                ca.isEmpty() ? "" : readCa(Path.of(ca)),
                tree.path("user").asText(""),
                tree.path("password").asText("")));
    }

    /** The first is in "director" too, for who knows one only. */
    private static List<String> urls(JsonNode tree) {
        var urls =
                new LinkedHashSet<>(List.of(withoutSlash(tree.path("director").asText())));
        tree.path("directors").forEach(url -> urls.add(withoutSlash(url.asText())));
        return List.copyOf(urls);
    }

    /** The data folder of the director that runs on this machine, or empty where it was not made by 'up'. */
    public String dataFolder() {
        try {
            return Files.exists(file)
                    ? YAML.readTree(Files.readString(file)).path("data_dir").asText("")
                    : "";
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Writes the target, and its CA certificate beside it; both are for their owner only. */
    public void write(Target target, String dataFolder) {
        try {
            Path ca = file.toAbsolutePath().resolveSibling("ca.pem");
            Path folder = ca.getParent();
            if (folder != null) {
                PrivateFiles.createFolders(folder);
            }
            PrivateFiles.write(ca, target.caPem().getBytes(StandardCharsets.US_ASCII));
            var tree = JsonNodeFactory.instance.objectNode();
            tree.put("director", target.url());
            if (target.urls().size() > 1) {
                target.urls().forEach(tree.putArray("directors")::add);
            }
            tree.put("ca", ca.toString());
            tree.put("user", target.user());
            tree.put("password", target.password());
            tree.put("data_dir", dataFolder);
            PrivateFiles.write(file, YAML.writeValueAsBytes(tree));
        } catch (IOException failure) {
            throw new CliException(file + " cannot be written: " + firstLine(failure), failure);
        }
    }

    /** Forgets the director; there is nothing to forget where it was not remembered. */
    public void delete() {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.toAbsolutePath().resolveSibling("ca.pem"));
        } catch (IOException failure) {
            throw new CliException(file + " cannot be deleted: " + firstLine(failure), failure);
        }
    }

    static String readCa(Path pem) {
        try {
            return Files.readString(pem, StandardCharsets.US_ASCII);
        } catch (IOException unreadable) {
            throw new CliException(
                    "the CA certificate " + pem + " cannot be read: " + firstLine(unreadable), unreadable);
        }
    }

    static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static String firstLine(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.lines().findFirst().orElse(failure.toString());
    }
}
