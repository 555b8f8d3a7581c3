package io.slipway.model.manifest;

import io.slipway.model.yaml.RubyText;
import java.util.Map;
import java.util.Optional;

/** A stemcell that a manifest uses, by name or operating system; version may be {@code latest}. */
public record StemcellRef(String alias, Optional<String> name, Optional<String> os, String version) {

    /** Of a tree that was not checked: what is missing is empty, and fits nothing. */
    public static StemcellRef lenient(Map<String, Object> tree) {
        return new StemcellRef(
                RubyText.of(tree.get("alias")),
                text(tree, "name"),
                text(tree, "os"),
                text(tree, "version").orElse(""));
    }

    private static Optional<String> text(Map<String, Object> tree, String key) {
        return Optional.ofNullable(tree.get(key)).map(RubyText::of);
    }
}
