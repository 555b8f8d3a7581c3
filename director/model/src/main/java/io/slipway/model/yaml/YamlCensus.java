package io.slipway.model.yaml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/**
 * Counts what a text's aliases expand to before anything is built from it, so that a small text never becomes an enormous
 * tree, a deep one, or one that contains itself. It reads events, which needs no recursion.
 */
final class YamlCensus {
    private static final int MAX_DEPTH = 100;
    private static final long MAX_NODES = 1_000_000;
    private static final long MAX_CHARACTERS = 64L * 1024 * 1024;
    private static final int MAX_ALIASES = 5_000;

    private final String what;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Map<String, Size> anchored = new HashMap<>();
    private long nodes;
    private long characters;
    private int aliases;
    private boolean isPastFirst;

    /** What a value is when its aliases are written out. */
    private record Size(long nodes, long characters, int depth) {
        static final Size UNKNOWN = new Size(1, 0, 0);
    }

    /** A hash or list that has begun. */
    private static final class Open {
        private final String anchor;
        private final boolean isMapping;
        private boolean isKeyNext = true;
        private long nodes = 1;
        private long characters;
        private int depth = 1;

        Open(String anchor, boolean isMapping) {
            this.anchor = anchor;
            this.isMapping = isMapping;
        }

        void add(Size size) {
            nodes = Math.min(nodes + size.nodes(), MAX_NODES + 1);
            characters = Math.min(characters + size.characters(), MAX_CHARACTERS + 1);
            depth = Math.max(depth, size.depth() + 1);
            isKeyNext = !isKeyNext;
        }

        boolean isAtKey() {
            return isMapping && isKeyNext;
        }
    }

    YamlCensus(String what) {
        this.what = what;
    }

    /** Throws {@link io.slipway.model.InvalidInput} as soon as a limit is passed. */
    void check(Iterable<Event> events) {
        for (Event event : events) {
            switch (event.getEventId()) {
                case DocumentEnd -> isPastFirst = true;
                case MappingStart -> begin((CollectionStartEvent) event, true);
                case SequenceStart -> begin((CollectionStartEvent) event, false);
                case MappingEnd, SequenceEnd -> end();
                case Scalar -> scalar((ScalarEvent) event);
                case Alias -> alias(((AliasEvent) event).getAlias().getValue());
                default -> {}
            }
        }
    }

    private void begin(CollectionStartEvent event, boolean isMapping) {
        checkSingle();
        if (!open.isEmpty() && open.peek().isAtKey()) {
            throw Yaml.invalid(what, "a key must be a string, and one is a list or a hash");
        }
        open.push(new Open(nameOf(event.getAnchor()), isMapping));
        checkDepth(0);
    }

    private void end() {
        Open done = open.pop();
        var size = new Size(done.nodes, done.characters, done.depth);
        remember(done.anchor, size);
        add(size, 1);
    }

    private void scalar(ScalarEvent event) {
        String text = event.getValue();
        if (text.indexOf('\0') >= 0) {
            throw Yaml.invalid(what, "a string has the character NUL in it");
        }
        if (!text.isEmpty()) {
            checkSingle();
        }
        var size = new Size(1, text.length(), 0);
        remember(nameOf(event.getAnchor()), size);
        add(size, 1);
    }

    private void alias(String name) {
        checkSingle();
        if (open.stream().anyMatch(one -> one.anchor.equals(name))) {
            throw Yaml.invalid(what, "'*" + Fields.shown(name) + "' contains itself");
        }
        Size size = anchored.getOrDefault(name, Size.UNKNOWN);
        if (size.depth() > 0 && !open.isEmpty() && open.peek().isAtKey()) {
            throw Yaml.invalid(what, "a key must be a string, and '*" + Fields.shown(name) + "' is a list or a hash");
        }
        if (size.depth() > 0 && ++aliases > MAX_ALIASES) {
            throw Yaml.invalid(what, "more than " + MAX_ALIASES + " aliases stand for lists and hashes");
        }
        checkDepth(size.depth());
        add(size, size.nodes());
    }

    /** @param more nodes that were not counted when they were read */
    private void add(Size size, long more) {
        if (!open.isEmpty()) {
            open.peek().add(size);
        }
        nodes += more;
        characters = more == 1 && size.depth() > 0 ? characters : characters + size.characters();
        if (nodes > MAX_NODES) {
            throw Yaml.invalid(what, "its aliases expand to more than " + MAX_NODES + " values");
        }
        if (characters > MAX_CHARACTERS) {
            throw Yaml.invalid(what, "its aliases expand to more than " + MAX_CHARACTERS + " characters");
        }
    }

    /** A line with three dashes at the end is no harm. */
    private void checkSingle() {
        if (isPastFirst) {
            throw Yaml.invalid(what, "it has more than one document");
        }
    }

    private void checkDepth(int more) {
        if (open.size() + more > MAX_DEPTH) {
            throw Yaml.invalid(what, "it is nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    private void remember(String anchor, Size size) {
        if (!anchor.isEmpty()) {
            anchored.put(anchor, size);
        }
    }

    private static String nameOf(Optional<Anchor> anchor) {
        return anchor.map(Anchor::getValue).orElse("");
    }
}
