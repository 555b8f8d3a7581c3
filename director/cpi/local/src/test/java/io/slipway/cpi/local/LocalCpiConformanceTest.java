package io.slipway.cpi.local;

import io.slipway.cpi.DataSize;
import io.slipway.cpi.conformance.CpiConformance;
import io.slipway.cpi.conformance.CpiUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The conformance kit on real containers, networks and loop devices. Needs root. */
class LocalCpiConformanceTest extends CpiConformance {
    private static Path image = Path.of("");

    @BeforeAll
    static void packStemcell(@TempDir Path directory) throws IOException {
        Machine.assumeItCarriesVms(Files.createDirectories(directory.resolve("probe")));
        image = TinyStemcell.in(directory);
    }

    @Override
    protected CpiUnderTest prepare(Path directory) {
        return new CpiUnderTest(
                new LocalCpiFactory(),
                directory,
                new CpiUnderTest.Settings(
                        Map.of(),
                        image,
                        Map.of("cpu", 1, "ram", 128),
                        Machine::network,
                        disk -> sizeOf(directory.resolve("disks").resolve(disk).resolve("disk.img")),
                        true));
    }

    private static Optional<DataSize> sizeOf(Path file) {
        try {
            return Optional.of(new DataSize(Files.size(file)));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
