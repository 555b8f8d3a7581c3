package io.slipway.model.release;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job's spec.
 *
 * @param templates from a source's path below {@code templates/} to its target's path below the job
 */
public record JobSpec(
        String name,
        String description,
        Map<String, String> templates,
        List<String> packages,
        Map<String, PropertyDefinition> properties,
        List<LinkProvider> provides,
        List<LinkConsumer> consumes) {

    /** Reads a spec, in BOSH's form. Throws {@link io.slipway.model.InvalidInput} naming what is wrong. */
    public static JobSpec fromMap(Map<String, Object> tree) {
        var problems = new Problems();
        var fields = new Fields(tree, "job " + tree.get("name"), problems);
        var templates = new LinkedHashMap<String, String>();
        var given = fields.object("templates");
        given.raw().keySet().forEach(source -> templates.put(source, given.string(source)));
        var properties = new LinkedHashMap<String, PropertyDefinition>();
        var declared = fields.object("properties");
        for (String name : declared.raw().keySet()) {
            var one = declared.object(name);
            if (hasInfinity(one.value("default"))) {
                one.problem(
                        ErrorCodes.JOB_INVALID_PROPERTIES,
                        "default",
                        "'" + one.path("default") + "' is " + Fields.shown(one.value("default"))
                                + ": expected no number that JSON does not have");
            }
            properties.put(
                    name,
                    new PropertyDefinition(
                            one.string("description", ""), one.raw().containsKey("default"), one.value("default")));
        }
        var spec = new JobSpec(
                fields.string("name"),
                fields.string("description", ""),
                templates,
                fields.strings("packages"),
                properties,
                fields.objects("provides").stream()
                        .map(one -> new LinkProvider(one.string("name"), one.string("type"), one.strings("properties")))
                        .toList(),
                fields.objects("consumes").stream()
                        .map(one ->
                                new LinkConsumer(one.string("name"), one.string("type"), one.bool("optional", false)))
                        .toList());
        problems.throwIfAny();
        return spec;
    }

    /** BOSH keeps specs as JSON, as we do, and refuses what it cannot keep. */
    private static boolean hasInfinity(@Nullable Object value) {
        return switch (value) {
            case Double number -> !Double.isFinite(number);
            case Map<?, ?> map -> map.values().stream().anyMatch(JobSpec::hasInfinity);
            case List<?> list -> list.stream().anyMatch(JobSpec::hasInfinity);
            case null -> false;
            default -> false;
        };
    }

    /** What {@link #fromMap} reads. */
    public Map<String, Object> toMap() {
        var declared = new LinkedHashMap<String, Object>();
        properties.forEach((name, property) -> {
            var one = new LinkedHashMap<String, Object>();
            one.put("description", property.description());
            if (property.hasDefault()) {
                one.put("default", property.defaultValue());
            }
            declared.put(name, one);
        });
        var offered = new ArrayList<Object>();
        provides.forEach(
                link -> offered.add(Map.of("name", link.name(), "type", link.type(), "properties", link.properties())));
        var wanted = new ArrayList<Object>();
        consumes.forEach(
                link -> wanted.add(Map.of("name", link.name(), "type", link.type(), "optional", link.optional())));
        var tree = new LinkedHashMap<String, Object>();
        tree.put("name", name);
        tree.put("description", description);
        tree.put("templates", templates);
        tree.put("packages", packages);
        tree.put("properties", declared);
        tree.put("provides", offered);
        tree.put("consumes", wanted);
        return tree;
    }
}
