package io.slipway.model.manifest;

import io.slipway.model.yaml.Fields;
import java.util.List;

/** The sections that a runtime config has as a manifest has them. */
public final class CommonSections {
    private CommonSections() {}

    /** Checks variables and tags. What is wrong is put among the problems, what nobody reads among the warnings. */
    public static void check(Fields config, List<String> warnings) {
        VariableReader.read(config, warnings);
        Tags.read(config.object("tags"));
    }
}
