package io.slipway.health.plugin;

import io.slipway.health.plugin.Notice.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * A plugin as operators have set it, checked.
 *
 * @param events what it is told
 * @param queue how many notices of a kind wait for a receiver before the oldest is lost
 * @param maxRetries how often the same is tried again before it is lost; -1 for ever
 */
public record PluginSettings(String name, Set<Kind> events, int queue, int maxRetries, PluginFactory.Starter starter) {
    private static final int USUAL_QUEUE = 1000;
    private static final int LONGEST_QUEUE = 100_000;
    private static final int USUAL_RETRIES = 35;

    /**
     * Reads one.
     *
     * @param path where it is in the settings
     * @param events empty for what is usual with such a plugin
     */
    public static PluginSettings read(String path, String name, List<String> events, Map<String, Object> options)
            throws Options.Invalid {
        var factories = new TreeMap<String, PluginFactory>();
        ServiceLoader.load(PluginFactory.class, PluginSettings.class.getClassLoader())
                .forEach(factory -> factories.put(factory.name(), factory));
        var factory = factories.get(name);
        if (factory == null) {
            throw new Options.Invalid(
                    path + ".name", "is '" + name + "', and must be one of " + String.join(", ", factories.keySet()));
        }
        var own = new TreeMap<>(options);
        Object queue = own.remove("queue");
        Object retries = own.remove("max_retries");
        var shared = new TreeMap<String, Object>();
        if (queue != null) {
            shared.put("queue", queue);
        }
        if (retries != null) {
            shared.put("max_retries", retries);
        }
        var common = Options.of(path + ".options", shared);
        return new PluginSettings(
                name,
                kinds(path, events, factory.events()),
                common.number("queue", 1, LONGEST_QUEUE, USUAL_QUEUE),
                common.number("max_retries", -1, Integer.MAX_VALUE, USUAL_RETRIES),
                factory.read(Options.of(path + ".options", own)));
    }

    private static Set<Kind> kinds(String path, List<String> events, Set<Kind> usual) throws Options.Invalid {
        if (events.isEmpty()) {
            return usual;
        }
        var kinds = EnumSet.noneOf(Kind.class);
        for (String event : events) {
            try {
                kinds.add(Kind.valueOf(event.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException unknown) {
                throw new Options.Invalid(path + ".events", "has '" + event + "', and must be of alert, heartbeat");
            }
        }
        return Set.copyOf(kinds);
    }
}
