package io.slipway.health;

import io.slipway.engine.RemoteMessageForms;
import org.junit.jupiter.api.Test;

class RemoteMessageFormsTest {
    @Test
    void each_message_survives_the_way_and_has_the_form_that_other_versions_know() throws Exception {
        RemoteMessageForms.check();
    }
}
