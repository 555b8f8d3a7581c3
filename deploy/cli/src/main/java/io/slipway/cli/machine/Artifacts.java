package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.output.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The release and the stemcell, built by their own scripts when what they are made of has changed. The scripts keep a
 * cache of their own; here is remembered only which archive belongs to which sources, so that nothing is run in vain.
 */
final class Artifacts {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path installation;
    private final DataFolder data;

    Artifacts(Path installation, DataFolder data) {
        this.installation = installation;
        this.data = data;
    }

    /** What can be built: where its scripts are, what it is made of, and its manifest's name. */
    enum Kind {
        RELEASE(
                "kubernetes release",
                List.of("deploy/releases/kubernetes/build", "deploy/releases/kubernetes/create-release"),
                List.of("deploy/releases/kubernetes", "deploy/releases/packing.py"),
                "release.MF"),
        STEMCELL(
                "stemcell",
                List.of("deploy/stemcell/build"),
                List.of(
                        "deploy/stemcell",
                        "agent-core/src/main",
                        "agent-core/pom.xml",
                        "node-agent/src",
                        "node-agent/pom.xml",
                        "protocol/src",
                        "pom.xml"),
                "stemcell.MF");

        private final String title;
        private final List<String> scripts;
        private final List<String> inputs;
        private final String manifestName;

        Kind(String title, List<String> scripts, List<String> inputs, String manifestName) {
            this.title = title;
            this.scripts = scripts;
            this.inputs = inputs;
            this.manifestName = manifestName;
        }

        String title() {
            return title;
        }
    }

    /** The archive, if it was built from the sources as they are now. */
    Optional<Archive> present(Kind kind) {
        JsonNode remembered = read().path(kind.name());
        Path file = Path.of(remembered.path("file").asText(""));
        return remembered.path("inputs").asText("").equals(inputs(kind)) && Files.isRegularFile(file)
                ? Optional.of(new Archive(
                        file,
                        remembered.path("name").asText(),
                        remembered.path("version").asText()))
                : Optional.empty();
    }

    Archive build(Kind kind, Progress.Step step) {
        String last = "";
        for (String script : kind.scripts) {
            Path program = installation.resolve(script);
            Path log = data.logs().resolve(script.replace("deploy/", "").replace('/', '-') + ".log");
            last = new Script(List.of(program.toString()), installation, log).run(step);
            linkKubectl(last);
        }
        Path file = installation.resolve(last);
        if (!Files.isRegularFile(file)) {
            throw new CliException(kind.scripts.getLast() + " did not say where its archive is, but: " + last);
        }
        Archive archive = Archive.read(file, kind.manifestName);
        ObjectNode all = read();
        all.putObject(kind.name())
                .put("inputs", inputs(kind))
                .put("file", file.toString())
                .put("name", archive.name())
                .put("version", archive.version());
        write(all);
        return archive;
    }

    /** The kubectl that was built with the release. */
    Optional<Path> kubectl() {
        return Optional.of(data.kubectl()).filter(Files::isExecutable);
    }

    /** The builder of the binaries says, as JSON, where each set of them is. */
    private void linkKubectl(String said) {
        if (!said.startsWith("{")) {
            return;
        }
        try {
            // One binary is all of Kubernetes' programs, and does what its name says.
            Path kubernetes = Path.of(JSON.readTree(said).path("kubernetes").asText("."), "kubernetes");
            if (Files.isExecutable(kubernetes)) {
                Path kubectl = data.kubectl();
                PrivateFiles.createFoldersOf(kubectl);
                Files.deleteIfExists(kubectl);
                Files.createSymbolicLink(kubectl, kubernetes);
            }
        } catch (IOException notJson) {
            // then the user's own kubectl is named
        }
    }

    private ObjectNode read() {
        try {
            return Files.exists(data.artifacts())
                            && JSON.readTree(Files.readString(data.artifacts())) instanceof ObjectNode object
                    ? object
                    : JsonNodeFactory.instance.objectNode();
        } catch (IOException lost) {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    private void write(ObjectNode all) {
        try {
            PrivateFiles.createFolders(data.root());
            PrivateFiles.write(data.artifacts(), JSON.writeValueAsBytes(all));
        } catch (IOException failure) {
            throw new CliException(data.artifacts() + " cannot be written: " + failure.getMessage(), failure);
        }
    }

    /** A digest of the names, sizes and times of all that goes into it. */
    private String inputs(Kind kind) {
        var files = new TreeMap<String, String>();
        try {
            for (String input : kind.inputs) {
                Path folder = installation.resolve(input);
                if (Files.exists(folder)) {
                    Files.walkFileTree(folder, new Collector(files));
                }
            }
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, facts) -> digest.update((name + " " + facts + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException failure) {
            throw new CliException(
                    "the sources of the " + kind.title + " cannot be read: " + failure.getMessage(), failure);
        }
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private static final List<String> PRODUCTS =
                List.of("target", ".dev_builds", "dev_releases", "binaries", "__pycache__");

        private final TreeMap<String, String> files;

        Collector(TreeMap<String, String> files) {
            this.files = files;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return PRODUCTS.contains(String.valueOf(folder.getFileName()))
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.put(
                    file.toString(),
                    attributes.size() + " " + attributes.lastModifiedTime().toMillis());
            return FileVisitResult.CONTINUE;
        }
    }
}
