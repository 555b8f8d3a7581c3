package io.slipway.engine.agent;

/**
 * The name by which an agent dials in. It carries the entity that owns the VM, so that no table is needed to route an
 * agent's first message, and a generation, so that a replaced VM's late messages are told from its successor's.
 *
 * @param owner the kind of entity
 * @param entityId may hold dashes
 */
public record AgentId(Owner owner, String entityId, int generation) {

    /** Kinds of entities that own VMs. */
    public enum Owner {
        INSTANCE('i'),
        COMPILATION('c');

        private final char letter;

        Owner(char letter) {
            this.letter = letter;
        }
    }

    public String value() {
        return owner.letter + "-" + entityId + "-" + generation;
    }

    /** Throws {@link IllegalArgumentException} for what {@link #value()} never gives. */
    public static AgentId parse(String value) {
        int last = value.lastIndexOf('-');
        if (last > 2 && value.charAt(1) == '-') {
            for (Owner owner : Owner.values()) {
                if (owner.letter == value.charAt(0)) {
                    return new AgentId(owner, value.substring(2, last), Integer.parseInt(value.substring(last + 1)));
                }
            }
        }
        throw new IllegalArgumentException("'" + value + "' is not an agent id of this director");
    }
}
