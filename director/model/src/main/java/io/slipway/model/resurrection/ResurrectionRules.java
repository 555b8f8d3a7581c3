package io.slipway.model.resurrection;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of all configs of type {@code resurrection}. Where none applies, VMs are resurrected. */
public record ResurrectionRules(List<Rule> rules) {
    public static final ResurrectionRules NONE = new ResurrectionRules(List.of());
    private static final Set<String> KEYS = Set.of("rules");
    private static final Set<String> RULE_KEYS = Set.of("enabled", "include", "exclude");
    private static final Set<String> FILTER_KEYS = Set.of("deployments", "instance_groups");

    public ResurrectionRules {
        rules = List.copyOf(rules);
    }

    /** Switches resurrection on or off for what is included and not excluded. */
    public record Rule(boolean isEnabled, Filter include, Filter exclude) {
        boolean appliesTo(String deployment, String group) {
            return include.matches(deployment, group) && (exclude.isEmpty() || !exclude.matches(deployment, group));
        }
    }

    /** Deployments and instance groups by name; an empty list stands for all. */
    public record Filter(List<String> deployments, List<String> groups) {
        boolean isEmpty() {
            return deployments.isEmpty() && groups.isEmpty();
        }

        boolean matches(String deployment, String group) {
            return (deployments.isEmpty() || deployments.contains(deployment))
                    && (groups.isEmpty() || groups.contains(group));
        }
    }

    /** Whether every rule that applies switches it on. */
    public boolean isEnabled(String deployment, String group) {
        return rules.stream().filter(rule -> rule.appliesTo(deployment, group)).allMatch(Rule::isEnabled);
    }

    /** What is in a config and has no effect. */
    public static List<String> warnings(Map<String, Object> config) {
        var warnings = new ArrayList<String>();
        var fields = new Fields(config, "", new Problems());
        fields.warnUnknown(KEYS, warnings);
        for (Fields rule : fields.objects("rules")) {
            rule.warnUnknown(RULE_KEYS, warnings);
            rule.object("include").warnUnknown(FILTER_KEYS, warnings);
            rule.object("exclude").warnUnknown(FILTER_KEYS, warnings);
        }
        return warnings;
    }

    /** Throws {@link io.slipway.model.InvalidInput} naming what is wrong. */
    public static ResurrectionRules parse(List<Map<String, Object>> configs) {
        var problems = new Problems();
        var rules = new ArrayList<Rule>();
        for (Map<String, Object> config : configs) {
            for (Fields rule : new Fields(config, "", problems).requiredObjects("rules")) {
                rules.add(rule(rule));
            }
        }
        problems.throwIfAny();
        return new ResurrectionRules(rules);
    }

    private static Rule rule(Fields fields) {
        if (!fields.has("enabled")) {
            fields.problem(
                    ErrorCodes.MISSING_FIELD,
                    "enabled",
                    "Required property 'enabled' was not specified in '" + fields.path() + "'");
        }
        return new Rule(
                fields.bool("enabled", true), filter(fields.object("include")), filter(fields.object("exclude")));
    }

    private static Filter filter(Fields fields) {
        return new Filter(fields.strings("deployments"), fields.strings("instance_groups"));
    }
}
