package io.slipway.model.manifest;

import io.slipway.model.ErrorCodes;
import io.slipway.model.name.Name;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.variable.VariableDefinition.Consumed;
import io.slipway.model.variable.VariableDefinition.Strategy;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the variables section of a manifest. */
final class VariableReader {
    private static final Set<String> KEYS = Set.of("name", "type", "options", "update_mode", "update", "consumes");
    private static final Set<String> UPDATE_KEYS = Set.of("strategy");
    private static final Set<String> CONSUMED_KEYS = Set.of("from", "link_type", "properties");
    private static final Set<String> MODES = Set.of("no-overwrite", "overwrite", "converge");
    private static final Set<String> TARGETS = Set.of("alternative_name", "common_name");

    private VariableReader() {}

    static List<VariableDefinition> read(Fields manifest, List<String> warnings) {
        var definitions = new ArrayList<VariableDefinition>();
        var names = new HashSet<String>();
        for (Fields one : manifest.objects("variables")) {
            one.warnUnknown(KEYS, warnings);
            one.object("update").warnUnknown(UPDATE_KEYS, warnings);
            String name = Name.VARIABLE.read(one, "name");
            if (!names.add(name)) {
                one.problem(
                        ErrorCodes.INVALID_VARIABLES,
                        "name",
                        "Some of the variables have duplicate names, eg: '" + Fields.shown(name) + "'");
            }
            String type = one.string("type");
            definitions.add(new VariableDefinition(
                    name, type, one.map("options"), mode(one), strategy(one), consumes(one, name, type, warnings)));
        }
        return List.copyOf(definitions);
    }

    private static Optional<String> mode(Fields fields) {
        var mode = fields.optionalString("update_mode");
        if (mode.isPresent() && !MODES.contains(mode.get())) {
            fields.problem(
                    ErrorCodes.INVALID_VARIABLES,
                    "update_mode",
                    "'" + fields.path("update_mode") + "' is '" + Fields.shown(mode.get())
                            + "': expected no-overwrite, overwrite or converge");
        }
        return mode;
    }

    private static Strategy strategy(Fields fields) {
        var update = fields.object("update");
        String text = update.string("strategy", "on-deploy");
        if (!text.equals("on-deploy") && !text.equals("on-stemcell-change")) {
            update.problem(
                    ErrorCodes.INVALID_VARIABLES,
                    "strategy",
                    "'" + update.path("strategy") + "' is '" + Fields.shown(text)
                            + "': expected on-deploy or on-stemcell-change");
        }
        return text.equals("on-stemcell-change") ? Strategy.ON_STEMCELL_CHANGE : Strategy.ON_DEPLOY;
    }

    private static List<Consumed> consumes(Fields fields, String name, String type, List<String> warnings) {
        var consumed = new ArrayList<Consumed>();
        var section = fields.object("consumes");
        for (String target : section.raw().keySet()) {
            if (!type.equals("certificate")) {
                section.problem(
                        ErrorCodes.INVALID_VARIABLES,
                        target,
                        "Variable '" + name + "' can not define 'consumes' key for type '" + Fields.shown(type) + "'");
            } else if (!TARGETS.contains(target)) {
                section.problem(
                        ErrorCodes.INVALID_VARIABLES,
                        target,
                        "Consumer name '" + Fields.shown(target) + "' is not a valid consumer for variable '" + name
                                + "'. Acceptable consumer types are: alternative_name, common_name");
            }
            var one = section.object(target);
            one.warnUnknown(CONSUMED_KEYS, warnings);
            Map<String, Object> properties = one.map("properties");
            consumed.add(new Consumed(
                    target,
                    one.string("from", target),
                    one.string("link_type", "address"),
                    Boolean.TRUE.equals(Trees.asMap(properties).get("wildcard"))));
        }
        return List.copyOf(consumed);
    }
}
