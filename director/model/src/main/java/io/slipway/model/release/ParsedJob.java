package io.slipway.model.release;

import java.nio.file.Path;

/** A job out of a release archive. */
public record ParsedJob(String name, String version, String fingerprint, String sha, Path archive, JobSpec spec) {}
