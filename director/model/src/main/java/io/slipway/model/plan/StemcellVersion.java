package io.slipway.model.plan;

import java.util.Map;

/**
 * An uploaded stemcell.
 *
 * @param cids the infrastructures' names of it, by CPI
 */
public record StemcellVersion(String name, String version, String os, Map<String, String> cids) {
    public StemcellVersion {
        cids = Map.copyOf(cids);
    }
}
