package io.slipway.model.config;

import java.util.Map;

/** A named kind of persistent disk; one of size 0 is none. */
public record DiskType(String name, int sizeMb, Map<String, Object> cloudProperties) {
    public boolean isDisk() {
        return sizeMb > 0;
    }
}
