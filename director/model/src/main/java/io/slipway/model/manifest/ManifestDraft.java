package io.slipway.model.manifest;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.yaml.RubyText;
import io.slipway.model.yaml.Yaml;
import java.util.Map;

/**
 * A manifest as somebody wrote it: parsed, its references not filled in, and nothing looked up yet.
 *
 * @param yaml the text
 * @param tree what it says; not to be changed
 */
public record ManifestDraft(String name, String yaml, Map<String, Object> tree) {
    /**
     * Throws {@link InvalidInput} where it is no YAML map, names no deployment, or defines variables that cannot be read. What
     * else is wrong with it is found when it is deployed.
     */
    public static ManifestDraft parse(String yaml) {
        var tree = Yaml.parseMap(yaml, "manifest");
        Object name = tree.get("name");
        if (!(name instanceof String || name instanceof Number)
                || RubyText.of(name).isBlank()) {
            throw new InvalidInput(new Problem(
                    ErrorCodes.MISSING_FIELD, "name", "the manifest's 'name' is missing: expected a string"));
        }
        return new ManifestDraft(Manifest.heading(tree).name(), yaml, tree);
    }
}
