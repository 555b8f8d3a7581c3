package io.slipway.cpi.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.DataSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToldCallsTest {
    @TempDir
    Path directory;

    @Test
    void a_built_in_cpi_tells_who_asks_of_each_call_with_its_request_id_and_time() {
        var told = new ArrayList<String>();
        try (var cpi = new SimulatedCpiFactory().create("director", directory, Map.of())) {
            var asked = cpi.askedBy(told::add);

            String disk =
                    asked.createDisk("key-1", DataSize.ofMebibytes(64), Map.of("password", "hush"), Optional.empty());
            var failure = catchThrowable(() -> asked.rebootVm("no-such-vm"));
            var untold = cpi.hasDisk(disk);

            assertThat(failure).isInstanceOf(CpiException.class);
            assertThat(untold).isTrue();
            assertThat(told).hasSize(4);
            assertThat(told.get(0)).matches("\\[cpi-[0-9]{6}] create_disk\\(key-1, 64.0 MiB\\) begins");
            assertThat(told.get(1))
                    .matches("\\[cpi-[0-9]{6}] create_disk\\(key-1, 64.0 MiB\\) succeeded after [0-9.]+ s: " + disk);
            assertThat(told.get(3))
                    .matches("\\[cpi-[0-9]{6}] reboot_vm\\(no-such-vm\\) failed after [0-9.]+ s: .*does not exist.*");
        }
    }
}
