package io.slipway.model.plan;

import io.slipway.model.release.JobSpec;

/** A job of an uploaded release. */
public record CatalogJob(String name, String version, String fingerprint, String blobSha256, JobSpec spec) {}
