package io.slipway.model.yaml;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML as operators and releases write it: one document of YAML 1.1, as Ruby's library Psych reads it for the BOSH director,
 * who lets it make no dates. Size, depth and what aliases expand to are bounded. Results are immutable trees of maps with
 * string keys, lists, strings, numbers, booleans and nulls.
 *
 * <p>It differs from Psych in three things: keys are texts, whatever they were written as; only {@code :word} is taken for a
 * symbol, and becomes {@code word}, whereas {@code ::1} and {@code :8080} stay what they are; and nothing may follow the first
 * document, where Psych would not look.
 */
public final class Yaml {
    private static final int MAX_CHARACTERS = 16 * 1024 * 1024;

    private static final LoadSettings LOAD =
            LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).build();
    private static final DumpSettings DUMP = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSchema(new RubySchema())
            .setWidth(160)
            .build();
    private static final DumpSettings BOSH_DUMP = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSchema(new RubySchema())
            .setWidth(80)
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper FLOW =
            new ObjectMapper().registerModule(new SimpleModule().addSerializer(Double.class, new RubyFloats()));

    private Yaml() {}

    /** @param what names the text in messages, as in "manifest" */
    public static Map<String, Object> parseMap(String text, String what) {
        if (parse(text, what) instanceof Map<?, ?> map) {
            return Trees.asMap(map);
        }
        throw new InvalidInput(
                new Problem(ErrorCodes.BAD_MANIFEST, what, what + " should be a hash of keys and values"));
    }

    public static @Nullable Object parse(String text, String what) {
        if (text.length() > MAX_CHARACTERS) {
            throw invalid(what, "it is longer than " + MAX_CHARACTERS + " characters");
        }
        try {
            String readable = Tabs.spaced(text, what, LOAD);
            return new TreeBuilder(what, new Parse(LOAD).parseString(readable)).build();
        } catch (MarkedYamlEngineException marked) {
            String place = marked.getProblemMark()
                    .map(mark -> " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            throw invalid(what, firstLine(marked.getProblem()) + place);
        } catch (YamlEngineException | IndexOutOfBoundsException broken) {
            // A reason that names a class of ours or of Java's helps no operator.
            String reason = firstLine(String.valueOf(broken.getMessage()));
            throw invalid(what, reason.contains("Exception") ? "a value does not fit its tag" : reason);
        }
    }

    public static String dump(@Nullable Object tree) {
        return new Dump(DUMP, new RubyNumbers(DUMP)).dumpToString(tree);
    }

    /** As the BOSH director writes YAML where people read it. */
    public static String dumpAsBosh(Object tree) {
        return new Dump(BOSH_DUMP, new RubyStyle(BOSH_DUMP)).dumpToString(tree);
    }

    /** On one line, as JSON that {@link #parse} reads as what it was; an infinite number, which JSON lacks, is YAML's. */
    public static String json(@Nullable Object tree) {
        return written(FLOW, tree);
    }

    /** JSON with sorted keys and no spaces: equal trees have equal text. */
    public static String canonicalJson(@Nullable Object tree) {
        return written(JSON, sorted(tree));
    }

    private static String written(ObjectMapper mapper, @Nullable Object tree) {
        try {
            return mapper.writeValueAsString(tree);
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException("not a tree of maps, lists and scalars", impossible);
        }
    }

    private static @Nullable Object sorted(@Nullable Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                var result = new TreeMap<String, Object>();
                map.forEach((key, value) -> result.put(String.valueOf(key), sorted(value)));
                yield result;
            }
            case List<?> list -> {
                var result = new java.util.ArrayList<@Nullable Object>(list.size());
                list.forEach(element -> result.add(sorted(element)));
                yield result;
            }
            case null -> null;
            default -> tree;
        };
    }

    private static final class RubyFloats extends JsonSerializer<Double> {
        @Override
        public void serialize(Double number, JsonGenerator out, SerializerProvider context) throws IOException {
            out.writeNumber(RubyNumbers.yaml(number));
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("it cannot be parsed");
    }

    static InvalidInput invalid(String what, String reason) {
        return new InvalidInput(
                new Problem(ErrorCodes.INVALID_YAML, what, "Incorrect YAML structure of the " + what + ": " + reason));
    }
}
