package io.slipway.health.plugin;

import io.slipway.engine.Audit;
import java.util.Set;

/** Makes plugins of one name. Found by {@link java.util.ServiceLoader}. */
public interface PluginFactory {

    /** As operators name it in the settings. */
    String name();

    /** What its plugins are told where the settings do not say. */
    Set<Notice.Kind> events();

    /**
     * Checks the settings of a plugin; nothing is connected to yet.
     *
     * @throws Options.Invalid that names the option, its value and what was expected
     */
    Starter read(Options options) throws Options.Invalid;

    /** Makes a plugin whose settings were checked. */
    @FunctionalInterface
    interface Starter {
        Plugin start(Surroundings given);
    }

    /** What a plugin may use of the director that it runs in. */
    record Surroundings(Audit audit) {}
}
