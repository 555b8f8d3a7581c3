package io.slipway.kubernetes;

import java.util.List;

/** Where the director's present cloud configs are read; together they are one. The call blocks. */
@FunctionalInterface
public interface CloudConfigSource {
    /** Their YAML; empty where none was uploaded. */
    List<String> current();
}
