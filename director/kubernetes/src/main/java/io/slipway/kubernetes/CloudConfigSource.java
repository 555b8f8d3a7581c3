package io.slipway.kubernetes;

import java.util.Optional;

/** Where the director's present cloud config is read. The call blocks. */
@FunctionalInterface
public interface CloudConfigSource {
    /** Its YAML, or empty where none was uploaded. */
    Optional<String> latest();
}
