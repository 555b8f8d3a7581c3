package io.slipway.model.resurrection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResurrectionRulesTest {

    @Test
    void resurrects_what_no_rule_speaks_of() {
        assertThat(ResurrectionRules.NONE.isEnabled("any", "web")).isTrue();
    }

    @Test
    void is_off_for_what_a_rule_includes() {
        var rules = rules("rules: [{enabled: false, include: {deployments: [a], instance_groups: [web]}}]");

        assertThat(rules.isEnabled("a", "web")).isFalse();
        assertThat(rules.isEnabled("a", "db")).isTrue();
        assertThat(rules.isEnabled("b", "web")).isTrue();
    }

    @Test
    void is_not_off_for_what_a_rule_excludes() {
        var rules = rules("rules: [{enabled: false, exclude: {instance_groups: [web]}}]");

        assertThat(rules.isEnabled("a", "web")).isTrue();
        assertThat(rules.isEnabled("a", "db")).isFalse();
    }

    @Test
    void is_off_where_one_of_several_rules_says_so() {
        var rules = rules("rules: [{enabled: true}, {enabled: false, include: {deployments: [a]}}]");

        assertThat(rules.isEnabled("a", "web")).isFalse();
        assertThat(rules.isEnabled("b", "web")).isTrue();
    }

    @Test
    void names_what_is_wrong() {
        assertThatThrownBy(() -> rules("rules: [{include: {}}]"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("enabled");
        assertThatThrownBy(() -> rules("rules: [{enabled: maybe}]"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("maybe");
        assertThatThrownBy(() -> rules("rule: []"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("rules");
    }

    private static ResurrectionRules rules(String yaml) {
        return ResurrectionRules.parse(List.of(Yaml.parseMap(yaml, "resurrection config")));
    }
}
