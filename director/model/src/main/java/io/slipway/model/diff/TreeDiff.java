package io.slipway.model.diff;

import io.slipway.model.diff.DiffLine.Mode;
import io.slipway.model.yaml.Trees;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The difference between two trees of YAML, with the order, the indentation and the matching of list elements (by name,
 * or by range) that operators know from the BOSH director.
 */
public final class TreeDiff {
    private static final String NAME = "name";
    private static final String RANGE = "range";
    private static final String INDENT = "  ";
    private static final List<String> FIRST_SECTIONS = List.of(
            "azs:",
            "vm_types:",
            "vm_extensions:",
            "resource_pools:",
            "compilation:",
            "networks:",
            "disk_types:",
            "name:",
            "stemcells:",
            "releases:",
            "update:",
            "jobs:",
            "release:",
            "addons:",
            "variables:");

    private TreeDiff() {}

    /** A line before its indentation is written out. */
    private record Line(int depth, String text, Mode mode) {
        DiffLine written() {
            return new DiffLine(INDENT.repeat(depth) + text, mode);
        }

        boolean startsSection() {
            return depth == 0 && !text.startsWith(" ") && !text.startsWith("-");
        }
    }

    /** A value, and how it may be shown. */
    private record Pair(@Nullable Object value, @Nullable Object shown) {
        @Nullable
        Object key(String key) {
            return value instanceof Map<?, ?> map ? map.get(key) : null;
        }
    }

    /** Sections of well-known names first, an empty line between sections; no lines where the trees are equal. */
    public static List<DiffLine> of(Map<String, Object> before, Map<String, Object> after, boolean isRedacted) {
        return of(before, after, isRedacted ? Redaction::of : UnaryOperator.identity());
    }

    /** @param shown gives a tree of the same form, in which what may not be told is something else */
    static List<DiffLine> of(
            Map<String, Object> before, Map<String, Object> after, UnaryOperator<Map<String, Object>> shown) {
        return ordered(maps(new Pair(before, shown.apply(before)), new Pair(after, shown.apply(after)), 0)).stream()
                .map(Line::written)
                .toList();
    }

    private static List<Line> maps(Pair before, Pair after, int depth) {
        var lines = new ArrayList<Line>();
        var old = Trees.asMap(Objects.requireNonNull((Map<?, ?>) before.value()));
        var fresh = Trees.asMap(Objects.requireNonNull((Map<?, ?>) after.value()));
        var shownOld = Trees.asMap(Objects.requireNonNull((Map<?, ?>) before.shown()));
        var shownFresh = Trees.asMap(Objects.requireNonNull((Map<?, ?>) after.shown()));
        Set<String> keys = new LinkedHashSet<>(old.keySet());
        keys.addAll(fresh.keySet());
        for (String key : keys) {
            lines.addAll(entry(
                    key,
                    new Pair(old.get(key), shownOld.get(key)),
                    new Pair(fresh.get(key), shownFresh.get(key)),
                    depth));
        }
        return lines;
    }

    private static List<Line> entry(String key, Pair before, Pair after, int depth) {
        if (Objects.equals(before.value(), after.value())) {
            return List.of();
        }
        if (before.value() == null) {
            return dumped(single(key, after.shown()), depth, Mode.ADDED);
        }
        if (after.value() == null) {
            return dumped(single(key, before.shown()), depth, Mode.REMOVED);
        }
        if (before.value() instanceof List<?> && after.value() instanceof List<?>) {
            return headed(key, lists(before, after, depth), depth);
        }
        if (before.value() instanceof Map<?, ?> && after.value() instanceof Map<?, ?>) {
            return headed(key, maps(before, after, depth + 1), depth);
        }
        var lines = new ArrayList<>(dumped(single(key, before.shown()), depth, Mode.REMOVED));
        lines.addAll(dumped(single(key, after.shown()), depth, Mode.ADDED));
        return lines;
    }

    private static List<Line> headed(String key, List<Line> lines, int depth) {
        if (lines.isEmpty()) {
            return lines;
        }
        var headed = new ArrayList<Line>();
        headed.add(new Line(depth, key + ":", Mode.UNCHANGED));
        headed.addAll(lines);
        return headed;
    }

    private static List<Line> lists(Pair before, Pair after, int depth) {
        var added = without(pairs(after), pairs(before));
        var removed = without(pairs(before), pairs(after));
        Optional<String> identity = identity(added, removed);
        Map<Object, Pair> gone = new LinkedHashMap<>();
        identity.ifPresent(key -> removed.forEach(pair -> gone.putIfAbsent(String.valueOf(pair.key(key)), pair)));
        var lines = new ArrayList<Line>();
        var matched = new HashSet<Pair>();
        for (Pair pair : added) {
            Pair old = identity.isPresent() && pair.value() instanceof Map<?, ?>
                    ? gone.remove(String.valueOf(pair.key(identity.get())))
                    : null;
            if (old == null) {
                lines.addAll(dumped(single(pair.shown()), depth, Mode.ADDED));
                continue;
            }
            matched.add(old);
            var inner = maps(old, pair, depth + 1);
            if (!inner.isEmpty()) {
                lines.addAll(dumped(single(single(identity.get(), pair.key(identity.get()))), depth, Mode.UNCHANGED));
                lines.addAll(inner);
            }
        }
        var left = removed.stream()
                .filter(pair -> !matched.contains(pair))
                .map(Pair::shown)
                .toList();
        if (!left.isEmpty()) {
            lines.addAll(dumped(left, depth, Mode.REMOVED));
        }
        return lines;
    }

    /** Elements are the same where they have the same name, if all have one, or else the same range. */
    private static Optional<String> identity(List<Pair> added, List<Pair> removed) {
        for (String key : List.of(NAME, RANGE)) {
            boolean isOfAll = added.stream().allMatch(pair -> pair.value() == null || pair.key(key) != null)
                    && removed.stream().allMatch(pair -> pair.value() == null || pair.key(key) != null);
            if (isOfAll) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private static List<Pair> pairs(Pair list) {
        var values = (List<?>) Objects.requireNonNull(list.value());
        var shown = (List<?>) Objects.requireNonNull(list.shown());
        var pairs = new ArrayList<Pair>(values.size());
        for (int i = 0; i < values.size(); i++) {
            pairs.add(new Pair(values.get(i), shown.get(i)));
        }
        return pairs;
    }

    private static List<Pair> without(List<Pair> some, List<Pair> others) {
        var known = new HashSet<>(others);
        return some.stream().filter(pair -> !known.contains(pair)).toList();
    }

    private static List<Line> dumped(Object value, int depth, Mode mode) {
        return Yaml.dumpAsBosh(value)
                .lines()
                .map(line -> new Line(depth, line, mode))
                .toList();
    }

    private static Map<String, Object> single(String key, @Nullable Object value) {
        var map = new LinkedHashMap<String, Object>();
        map.put(key, value);
        return map;
    }

    private static List<Object> single(@Nullable Object element) {
        var list = new ArrayList<Object>();
        list.add(element);
        return list;
    }

    private static List<Line> ordered(List<Line> lines) {
        var sections = new LinkedHashMap<String, List<Line>>();
        List<Line> section = new ArrayList<>();
        for (Line line : lines) {
            if (line.startsSection()) {
                section = sections.computeIfAbsent(line.text(), text -> new ArrayList<>());
                section.add(new Line(0, "", Mode.UNCHANGED));
            }
            section.add(line);
        }
        var result = new ArrayList<Line>();
        for (String first : FIRST_SECTIONS) {
            result.addAll(Objects.requireNonNullElse(sections.remove(first), List.of()));
        }
        sections.values().forEach(result::addAll);
        return result.isEmpty() ? result : result.subList(1, result.size());
    }
}
