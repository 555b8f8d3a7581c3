package io.slipway.model.yaml;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.constructor.ConstructScalar;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The core schema of YAML 1.2 with what releases written for Ruby rely on: merge keys, and yes, no, on and off. */
final class BoshSchema extends CoreSchema {
    private static final Pattern WORDS = Pattern.compile("^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$");
    private static final Set<String> TRUE = Set.of("true", "yes", "on");

    private final ScalarResolver resolver = new Resolver();
    private final Map<Tag, ConstructNode> constructors;

    BoshSchema() {
        constructors = new HashMap<>(super.getSchemaTagConstructors());
        constructors.put(Tag.BOOL, new Booleans());
    }

    @Override
    public ScalarResolver getScalarResolver() {
        return resolver;
    }

    @Override
    public Map<Tag, ConstructNode> getSchemaTagConstructors() {
        return constructors;
    }

    private static final class Resolver extends CoreScalarResolver {
        Resolver() {
            super(true);
        }

        @Override
        protected void addImplicitResolvers() {
            super.addImplicitResolvers();
            addImplicitResolver(Tag.BOOL, WORDS, "yYnNoO");
        }
    }

    private static final class Booleans extends ConstructScalar {
        @Override
        public Object construct(Node node) {
            return TRUE.contains(constructScalar(node).toLowerCase(Locale.ROOT));
        }
    }
}
