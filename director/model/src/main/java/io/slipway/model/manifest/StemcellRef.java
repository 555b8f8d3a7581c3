package io.slipway.model.manifest;

import java.util.Optional;

/** A stemcell that a manifest uses, by name or operating system; version may be {@code latest}. */
public record StemcellRef(String alias, Optional<String> name, Optional<String> os, String version) {}
