package io.slipway.secrets.variable;

import io.slipway.model.variable.VariableDefinition;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Variables that a run of a deployment needs.
 *
 * @param references names without fields
 * @param isKept whether the version that the deployment uses is to be used again, though there be a newer one
 */
public record VariableRequest(
        String deployment, List<VariableDefinition> definitions, Set<String> references, Predicate<String> isKept) {

    /** The newest of all, as a deploy takes them. */
    public static VariableRequest newest(
            String deployment, List<VariableDefinition> definitions, Set<String> references) {
        return new VariableRequest(deployment, definitions, references, name -> false);
    }
}
