package io.slipway.model.yaml;

import io.slipway.model.InvalidInput;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/**
 * Builds the tree of a text's first document as Psych does: a merge key is an assignment like its neighbours, of which the
 * last wins; tags that say nothing are passed over. A {@link YamlCensus} has passed the text, so that its depth is small
 * and no value contains itself. What aliases stand for is shared, which is safe, since trees are immutable.
 */
final class TreeBuilder {
    private static final String MERGE = "<<";
    private static final String YAML = "tag:yaml.org,2002:";
    private static final Set<String> STRINGS = Set.of(YAML + "str", "!str", "!ruby/string");
    private static final Set<String> SYMBOLS = Set.of("!ruby/sym", "!ruby/symbol");
    private static final Set<String> BINARIES = Set.of(YAML + "binary", "!binary");
    private static final Set<String> FLOATS = Set.of(YAML + "float", "!float");
    private static final Set<String> ORDERED = Set.of(YAML + "omap", "!omap");

    /** Says what a value is anyhow. */
    private static final Pattern PLAIN_TAG =
            Pattern.compile("!(?!ruby/).*|!ruby/object:Hash|" + YAML + "(?:null|bool|int|map|seq|timestamp)");

    private static final Pattern FLOAT =
            Pattern.compile("\\s*[-+]?[0-9]++(?:_[0-9]++)*(?:\\.[0-9]++(?:_[0-9]++)*)?(?:[eE][-+]?[0-9]{1,9})?\\s*");

    private final String what;
    private final Iterator<Event> events;
    private final Map<String, @Nullable Object> anchored = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();

    TreeBuilder(String what, Iterable<Event> events) {
        this.what = what;
        this.events = events.iterator();
    }

    /** Throws {@link InvalidInput} naming the value that cannot be read. */
    @Nullable
    Object build() {
        Event event = events.next();
        while (event instanceof StreamStartEvent || event instanceof DocumentStartEvent) {
            event = events.next();
        }
        return event instanceof NodeEvent ? node(event) : null;
    }

    private @Nullable Object node(Event event) {
        return switch (event) {
            case ScalarEvent scalar -> remember(scalar.getAnchor(), scalar(scalar));
            case SequenceStartEvent list -> remember(list.getAnchor(), list(list));
            case MappingStartEvent map -> remember(map.getAnchor(), map(map));
            case AliasEvent alias -> aliased(alias);
            default -> throw new IllegalStateException("no event of a value: " + event.getEventId());
        };
    }

    private @Nullable Object remember(Optional<Anchor> anchor, @Nullable Object value) {
        anchor.ifPresent(name -> anchored.put(name.getValue(), value));
        return value;
    }

    private @Nullable Object aliased(AliasEvent event) {
        String name = event.getAlias().getValue();
        if (!anchored.containsKey(name)) {
            throw invalid(event, "'*" + Fields.shown(name) + "' refers to an anchor that is not there");
        }
        return anchored.get(name);
    }

    private Object list(SequenceStartEvent start) {
        String tag = tagOf(start, start.getTag());
        var result = new ArrayList<@Nullable Object>();
        for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
            path.addLast("[" + result.size() + "]");
            result.add(node(event));
            path.removeLast();
        }
        return ORDERED.contains(tag) ? ordered(start, result) : Collections.unmodifiableList(result);
    }

    /** A list of pairs. */
    private Object ordered(SequenceStartEvent start, List<@Nullable Object> pairs) {
        var result = new LinkedHashMap<String, @Nullable Object>();
        for (Object pair : pairs) {
            if (!(pair instanceof Map<?, ?> map) || map.size() != 1) {
                throw invalid(start, "a list with the tag omap must have hashes of one key");
            }
            result.putAll(Trees.asMap(map));
        }
        return Collections.unmodifiableMap(result);
    }

    private Object map(MappingStartEvent start) {
        String tag = tagOf(start, start.getTag());
        if (STRINGS.contains(tag) || ORDERED.contains(tag)) {
            throw invalid(start, "a hash cannot have the tag " + Fields.shown(tag));
        }
        var result = new LinkedHashMap<String, @Nullable Object>();
        for (Event key = events.next(); !(key instanceof MappingEndEvent); key = events.next()) {
            String name = Trees.keyOf(what, node(key));
            Event next = events.next();
            path.addLast(name);
            Object value = node(next);
            path.removeLast();
            boolean isMerge = name.equals(MERGE)
                    && !(key instanceof ScalarEvent scalar
                            && scalar.getTag().filter(STRINGS::contains).isPresent());
            if (!isMerge || !merged(result, next, value)) {
                result.put(name, value);
            }
        }
        return Collections.unmodifiableMap(result);
    }

    /** Whether the value could be merged: a hash, or a list, written out, of hashes, of which the first wins. */
    private static boolean merged(Map<String, @Nullable Object> into, Event event, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            into.putAll(Trees.asMap(map));
            return true;
        }
        if (event instanceof SequenceStartEvent
                && value instanceof List<?> list
                && list.stream().allMatch(Map.class::isInstance)) {
            var all = new LinkedHashMap<String, @Nullable Object>();
            list.reversed().forEach(one -> all.putAll(Trees.asMap((Map<?, ?>) one)));
            into.putAll(all);
            return true;
        }
        return false;
    }

    private @Nullable Object scalar(ScalarEvent event) {
        String tag = tagOf(event, event.getTag());
        String text = event.getValue();
        if (STRINGS.contains(tag) || SYMBOLS.contains(tag) || tag.isEmpty() && !event.isPlain()) {
            return text;
        }
        if (BINARIES.contains(tag)) {
            return decoded(event);
        }
        var read = PlainScalar.of(text);
        return switch (read.kind()) {
            case TIME ->
                throw invalid(
                        event,
                        Fields.shown(text) + " is a date (Tried to load unspecified class: " + read.value()
                                + "): put it in quotes");
            case ENDLESS ->
                throw invalid(event, "a number has more than " + PlainScalar.MAX_DIGITS + " digits: put it in quotes");
            default -> FLOATS.contains(tag) ? number(event, read.value()) : read.value();
        };
    }

    private Double number(ScalarEvent event, @Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof String text && FLOAT.matcher(text).matches()) {
            return Double.valueOf(text.replace("_", ""));
        }
        throw invalid(event, "'" + Fields.shown(event.getValue()) + "' has the tag float, and is no number");
    }

    private String decoded(ScalarEvent event) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(event.getValue());
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
        } catch (IllegalArgumentException | CharacterCodingException notText) {
            // Refused below, like a text with a NUL.
        }
        throw invalid(event, "a value with the tag binary must be text in UTF-8, in base 64");
    }

    /** Empty without any; a tag of which Psych would make an object of a class is refused, as the BOSH director does. */
    private String tagOf(NodeEvent event, Optional<String> given) {
        String tag = given.orElse("");
        boolean isKnown = tag.isEmpty()
                || STRINGS.contains(tag)
                || SYMBOLS.contains(tag)
                || BINARIES.contains(tag)
                || FLOATS.contains(tag)
                || ORDERED.contains(tag)
                || PLAIN_TAG.matcher(tag).matches();
        if (!isKnown) {
            throw invalid(event, "the tag " + Fields.shown(tag) + " is not supported");
        }
        return tag;
    }

    private InvalidInput invalid(Event event, String reason) {
        String where = String.join(".", path).replace(".[", "[");
        String place = event.getStartMark()
                .map(mark -> " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                .orElse("");
        return Yaml.invalid(what, (where.isEmpty() ? "" : "'" + Fields.shown(where) + "': ") + reason + place);
    }
}
