package io.slipway.cpi.conformance;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every CPI must pass. An implementation extends this class, gives its fixture, and inherits all contracts; each
 * test has a director and a data directory of its own, and ends with a purge that must leave nothing.
 */
public abstract class CpiConformance
        implements StemcellContract,
                VmContract,
                VmPowerContract,
                DiskContract,
                AttachmentContract,
                SnapshotContract,
                NetworkContract,
                PackageContract,
                RecoveryContract {
    private @Nullable CpiUnderTest tested;

    /** Called before each test; may skip the test where this machine lacks what the CPI needs. */
    protected abstract CpiFixture fixture();

    @BeforeEach
    final void openCpi(@TempDir Path directory) throws IOException {
        tested = new CpiUnderTest(fixture(), directory);
    }

    @AfterEach
    final void purgeCpi() {
        if (tested != null) {
            tested.end();
        }
    }

    @Override
    public final CpiUnderTest it() {
        return java.util.Objects.requireNonNull(tested);
    }
}
