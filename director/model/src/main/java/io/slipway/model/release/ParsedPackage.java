package io.slipway.model.release;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A package out of a release archive; stemcell is there for a compiled one, as {@code os/version}. */
public record ParsedPackage(
        String name,
        String version,
        String fingerprint,
        String sha,
        Path archive,
        List<String> dependencies,
        Optional<String> stemcell) {}
