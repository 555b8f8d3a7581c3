package io.slipway.model.plan;

import java.util.Map;

/**
 * An uploaded stemcell.
 *
 * @param cids the infrastructures' names of it, by CPI
 * @param apiVersion what its agent can do, as BOSH counts it; 1 where the stemcell does not say
 */
public record StemcellVersion(String name, String version, String os, Map<String, String> cids, int apiVersion) {
    public StemcellVersion {
        cids = Map.copyOf(cids);
    }

    /** One that does not say what its agent can do. */
    public StemcellVersion(String name, String version, String os, Map<String, String> cids) {
        this(name, version, os, cids, 1);
    }
}
