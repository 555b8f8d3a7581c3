package io.slipway.model.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML as operators and releases write it: one document, anchors and merge keys allowed, {@code yes} and {@code no} are
 * booleans as in BOSH. Size, depth and what aliases expand to are bounded. Results are immutable trees of maps with string
 * keys, lists, strings, numbers, booleans and nulls.
 */
public final class Yaml {
    private static final int MAX_CHARACTERS = 16 * 1024 * 1024;
    private static final int MAX_ALIASES = 5_000;

    private static final LoadSettings LOAD = LoadSettings.builder()
            .setCodePointLimit(MAX_CHARACTERS)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setAllowRecursiveKeys(false)
            .setAllowDuplicateKeys(true)
            .setSchema(new BoshSchema())
            .build();
    private static final DumpSettings DUMP = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSchema(new BoshSchema())
            .setWidth(160)
            .build();
    private static final DumpSettings BOSH_DUMP = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSchema(new BoshSchema())
            .setWidth(80)
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();

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
            new YamlCensus(what).check(new Parse(LOAD).parseString(text));
            return Trees.freeze(new Load(LOAD).loadFromString(text), what);
        } catch (MarkedYamlEngineException marked) {
            String place = marked.getProblemMark()
                    .map(mark -> " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            throw invalid(what, firstLine(marked.getProblem()) + place);
        } catch (YamlEngineException | NumberFormatException | ClassCastException | IndexOutOfBoundsException broken) {
            // A reason that names a class of ours or of Java's helps no operator.
            String reason = firstLine(String.valueOf(broken.getMessage()));
            throw invalid(what, reason.contains("Exception") ? "a value does not fit its tag" : reason);
        }
    }

    public static String dump(@Nullable Object tree) {
        return new Dump(DUMP).dumpToString(tree);
    }

    /** As the BOSH director writes YAML where people read it. */
    public static String dumpAsBosh(Object tree) {
        return new Dump(BOSH_DUMP, new RubyStyle(BOSH_DUMP)).dumpToString(tree);
    }

    /** JSON with sorted keys and no spaces: equal trees have equal text. */
    public static String canonicalJson(@Nullable Object tree) {
        try {
            return JSON.writeValueAsString(sorted(tree));
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

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("it cannot be parsed");
    }

    static InvalidInput invalid(String what, String reason) {
        return new InvalidInput(
                new Problem(ErrorCodes.INVALID_YAML, what, "Incorrect YAML structure of the " + what + ": " + reason));
    }
}
