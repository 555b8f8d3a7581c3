package io.slipway.cpi.local;

import io.slipway.cpi.conformance.CpiConformance;
import io.slipway.cpi.conformance.CpiFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Makes real containers on this machine; skipped, with the reason, where that is not possible. */
class LocalCpiConformanceTest extends CpiConformance {
    @TempDir
    Path probeDirectory;

    @Override
    protected CpiFixture fixture() {
        return new LocalFixture(probeDirectory);
    }
}
