package io.slipway.engine.upload;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * The deletion of a release or a stemcell as it is kept until it has ended.
 *
 * @param version or empty, for all
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record DeletionOrder(String name, String version, boolean force) {

    static DeletionOrder parse(String text) {
        return OrderText.parse(text, DeletionOrder.class);
    }

    String text() {
        return OrderText.of(this);
    }
}
