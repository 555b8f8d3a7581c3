package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** After all that the other tests did, the machine is as it was. */
@Order(100)
class PurgeTest {
    @Test
    void leaves_nothing() {
        Installation slipway = Installation.get();

        slipway.slipway("down", "--purge", "--non-interactive").mustSucceed();

        assertThat(MachineState.now().since(slipway.before())).isEmpty();
        assertThat(Files.exists(slipway.data())).isFalse();
    }
}
