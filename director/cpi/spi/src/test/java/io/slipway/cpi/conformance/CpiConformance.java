package io.slipway.cpi.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tests that every CPI must pass. A CPI's module extends this class once and says how its CPI is made; each test gets
 * a CPI of its own in a fresh data directory, which is purged afterwards.
 */
public abstract class CpiConformance
        implements StemcellContract,
                VmContract,
                DiskContract,
                AttachmentContract,
                NetworkContract,
                PowerContract,
                ReopeningContract {
    private CpiUnderTest underTest;

    /** How the CPI is made, and requests that it can fulfil. The directory is empty, and another one for each test. */
    protected abstract CpiUnderTest prepare(Path directory) throws Exception;

    @BeforeEach
    final void open(@TempDir Path directory) throws Exception {
        underTest = prepare(Files.createDirectories(directory.resolve("cpi")));
    }

    @AfterEach
    final void purge() {
        underTest.close();
    }

    @Override
    public final CpiUnderTest underTest() {
        return underTest;
    }
}
