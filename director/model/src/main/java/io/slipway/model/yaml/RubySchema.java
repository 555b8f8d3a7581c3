package io.slipway.model.yaml;

import java.util.Map;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.Schema;

/**
 * Tells a writer which texts need quotes, so that Ruby's YAML library and {@link Yaml} read them as texts again.
 */
final class RubySchema implements Schema {
    private static final Tag TIMESTAMP = new Tag(Tag.PREFIX + "timestamp");
    private static final Tag SYMBOL = new Tag("!ruby/symbol");

    @Override
    public ScalarResolver getScalarResolver() {
        return (text, isPlain) -> isPlain ? tagOf(text) : Tag.STR;
    }

    @Override
    public Map<Tag, ConstructNode> getSchemaTagConstructors() {
        return Map.of();
    }

    private static Tag tagOf(String text) {
        return switch (PlainScalar.of(text).kind()) {
            case TEXT -> text.length() > 1 && text.startsWith(":") ? SYMBOL : Tag.STR;
            case NULL -> Tag.NULL;
            case BOOLEAN -> Tag.BOOL;
            case INTEGER, ENDLESS -> Tag.INT;
            case FLOAT -> Tag.FLOAT;
            case SYMBOL -> SYMBOL;
            case TIME -> TIMESTAMP;
        };
    }
}
