package io.slipway.engine.compile;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.address.LeaseFrom;
import java.util.List;
import java.util.Map;

/**
 * A package to be compiled for a stemcell.
 *
 * @param key of the entity: a hash of fingerprint, stemcell and dependency key
 * @param sourceSha256 of the package's source archive
 * @param stemcell {@code name/version}
 * @param cpi that makes the compilation VM; empty for the built-in one
 * @param task whose CPI log tells of it
 * @param network where the compilation VM lives; its address is leased from {@code subnet}
 * @param stemcellApiVersion what the stemcell's agent can do, as BOSH counts it
 */
public record CompileRequest(
        String key,
        String name,
        String version,
        String fingerprint,
        String sourceSha256,
        String dependencyKey,
        List<Dependency> dependencies,
        String stemcell,
        String stemcellCid,
        Map<String, Object> cloudProperties,
        String environmentJson,
        VmNetwork network,
        LeaseFrom subnet,
        String cpi,
        long task,
        int stemcellApiVersion) {
    public CompileRequest {
        // Journals of earlier versions have none, and told CPIs this.
        cpi = cpi == null ? "" : cpi;
        stemcellApiVersion = stemcellApiVersion == 0 ? 2 : stemcellApiVersion;
    }

    /** A compiled package that this one needs. */
    public record Dependency(String name, String version, String sha256) {}
}
