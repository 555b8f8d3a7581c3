package io.slipway.cpi.simulated;

import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.conformance.CpiConformance;
import io.slipway.cpi.conformance.CpiFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

class SimulatedCpiConformanceTest extends CpiConformance {

    @Override
    protected CpiFixture fixture() {
        return new CpiFixture() {
            @Override
            public CpiFactory factory() {
                return new SimulatedCpiFactory();
            }

            @Override
            public Map<String, Object> properties() {
                return Map.of("share_packages", true);
            }

            @Override
            public Path stemcellImage(Path directory) throws IOException {
                return Files.writeString(directory.resolve("image"), "any file will do");
            }

            @Override
            public VmNetwork network(int n) {
                return SimulatedVm.network(n);
            }

            @Override
            public Optional<Map.Entry<String, Object>> wrongVmProperty() {
                return Optional.of(Map.entry("ram", "plenty"));
            }

            @Override
            public Optional<DataSize> sizeWithoutRoom() {
                return Optional.of(DataSize.ofMebibytes(1L << 40));
            }
        };
    }
}
