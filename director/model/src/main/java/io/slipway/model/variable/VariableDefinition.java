package io.slipway.model.variable;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A variable that the manifest declares, to be generated when it has no value.
 *
 * @param type password, certificate, rsa, ssh, user
 * @param updateMode no-overwrite, overwrite or converge; empty where the manifest does not say
 * @param strategy when a newer value is taken up
 * @param consumes links whose names become part of a certificate
 */
public record VariableDefinition(
        String name,
        String type,
        Map<String, Object> options,
        Optional<String> updateMode,
        Strategy strategy,
        List<Consumed> consumes) {

    public VariableDefinition(String name, String type, Map<String, Object> options, String updateMode) {
        this(name, type, options, Optional.of(updateMode), Strategy.ON_DEPLOY, List.of());
    }

    /** When a deployment takes up a newer value of a variable. */
    public enum Strategy {
        ON_DEPLOY,
        /** Only by a deploy that changes the stemcells of all instance groups. */
        ON_STEMCELL_CHANGE
    }

    /**
     * A link whose name a certificate is for.
     *
     * @param target {@code alternative_name} or {@code common_name}
     * @param from the provider's name
     * @param isWildcard whether the first part of the name gives way to a star
     */
    public record Consumed(String target, String from, String type, boolean isWildcard) {}

    public VariableDefinition withUpdateMode(String mode) {
        return new VariableDefinition(name, type, options, Optional.of(mode), strategy, consumes);
    }

    public VariableDefinition withOptions(Map<String, Object> changed) {
        return new VariableDefinition(name, type, changed, updateMode, strategy, consumes);
    }
}
