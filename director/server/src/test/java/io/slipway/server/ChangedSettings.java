package io.slipway.server;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Settings that are as others but for one field. */
final class ChangedSettings {
    private ChangedSettings() {}

    static ServerSettings with(ServerSettings settings, String field, Object value) throws Exception {
        RecordComponent[] components = ServerSettings.class.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = components[i].getName().equals(field)
                    ? value
                    : components[i].getAccessor().invoke(settings);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return ServerSettings.class.getDeclaredConstructor(types).newInstance(values);
    }
}
