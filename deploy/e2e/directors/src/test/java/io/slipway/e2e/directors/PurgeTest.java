package io.slipway.e2e.directors;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Installation;
import java.io.IOException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** After all that the other tests did, the machine is as it was. */
@Tag("soak")
@Order(100)
class PurgeTest {
    @Test
    void leaves_nothing() throws IOException {
        assertThat(Installation.get().purge()).isEmpty();
    }
}
