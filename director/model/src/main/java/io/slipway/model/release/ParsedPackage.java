package io.slipway.model.release;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A package out of a release archive.
 *
 * @param archive empty where the archive leaves it out, because the director is to have it already
 * @param stemcell there for a compiled one, as {@code os/version}
 */
public record ParsedPackage(
        String name,
        String version,
        String fingerprint,
        String sha,
        Optional<Path> archive,
        List<String> dependencies,
        Optional<String> stemcell) {

    public boolean isCompiled() {
        return stemcell.isPresent();
    }
}
