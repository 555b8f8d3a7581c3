package io.slipway.cpi.external;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.conformance.CpiConformance;
import io.slipway.cpi.conformance.CpiFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executable through which the simulated CPI answers, as far as BOSH's contract tells what the kit wants to know. */
class ExternalCpiConformanceTest extends CpiConformance {
    @TempDir
    Path directory;

    /** Closed after the purge. */
    @AutoClose
    private @Nullable CpiThroughFiles executable;

    @Override
    protected CpiFixture fixture() {
        CpiThroughFiles made;
        try {
            made = new CpiThroughFiles(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        executable = made;
        return new CpiFixture() {
            @Override
            public CpiFactory factory() {
                return new WithLedger();
            }

            @Override
            public Map<String, Object> properties() {
                return Map.of("exec_path", made.file().toString());
            }

            @Override
            public Path stemcellImage(Path folder) throws IOException {
                return Files.writeString(folder.resolve("image"), "any file will do");
            }

            @Override
            public VmNetwork network(int n) {
                return new VmNetwork(
                        "default",
                        "manual",
                        "10.0.0." + (10 + n),
                        24,
                        "10.0.0.1",
                        List.of("10.0.0.1"),
                        List.of("dns", "gateway"),
                        Map.of("bridge", "b0"));
            }
        };
    }

    @Override
    @Test
    @Disabled("BOSH's contract has no error for a stemcell that is not there")
    public void makes_no_vm_of_a_stemcell_that_is_not_there() {}

    @Override
    @Test
    @Disabled("BOSH's contract has no error for a stemcell that is not there")
    public void makes_no_vm_of_a_cid_that_never_was() {}

    /** As a director makes it. */
    private static final class WithLedger implements CpiFactory {
        private final CpiFactory factory = new ExternalCpiFactory();

        @Override
        public String name() {
            return factory.name();
        }

        @Override
        public Cpi create(String directorUuid, Path dataDirectory, Map<String, Object> properties) {
            return factory.create(directorUuid, dataDirectory, properties, Set.of(), Ledgers.of(dataDirectory));
        }
    }
}
