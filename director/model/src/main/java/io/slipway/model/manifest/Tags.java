package io.slipway.model.manifest;

import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tags of VMs and disks. */
final class Tags {
    private Tags() {}

    /** Scalars of a map, as text. */
    static Map<String, String> read(Fields fields) {
        var tags = new LinkedHashMap<String, String>();
        fields.raw().forEach((key, value) -> {
            Name.TAG
                    .problem(fields.path(key), key)
                    .ifPresent(found -> fields.problem(found.code(), key, "the name of a tag: " + found.message()));
            tags.put(key, value instanceof Boolean truth ? truth.toString() : fields.string(key, ""));
        });
        return tags;
    }
}
