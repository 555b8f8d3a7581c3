package io.slipway.model.stemcell;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A stemcell archive, read and found sound. */
public record ParsedStemcell(
        String name,
        String version,
        String operatingSystem,
        int apiVersion,
        String sha1,
        Map<String, Object> cloudProperties,
        List<String> formats,
        Path image) {}
