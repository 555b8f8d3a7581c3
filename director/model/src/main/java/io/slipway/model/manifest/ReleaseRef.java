package io.slipway.model.manifest;

import java.util.List;

/**
 * A release that a manifest uses; version may be {@code latest}.
 *
 * @param exportedFrom stemcells, as {@code os/version}, for which alone its compiled packages are to be taken
 */
public record ReleaseRef(String name, String version, List<String> exportedFrom) {
    public ReleaseRef {
        exportedFrom = List.copyOf(exportedFrom);
    }
}
