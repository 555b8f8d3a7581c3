package io.slipway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

/** Hooks run side by side when a process is told to end, which no test within a process sees. */
class ShutdownHooksTest {
    @Test
    void nobody_but_the_director_itself_ends_what_it_needs_to_leave_its_cluster() {
        var settings = ConfigFactory.parseResources("slipway-engine.conf");

        assertThat(settings.getBoolean("pekko.jvm-shutdown-hooks")).isFalse();
        assertThat(settings.getBoolean("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook"))
                .isFalse();
    }
}
