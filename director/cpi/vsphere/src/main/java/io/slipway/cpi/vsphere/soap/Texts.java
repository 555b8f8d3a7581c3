package io.slipway.cpi.vsphere.soap;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values that are a text in XML: their names in XML Schema and in yavijava, and how they are read. */
final class Texts {
    private static final Map<String, Class<?>> NAMES = Map.ofEntries(
            Map.entry("string", String.class),
            Map.entry("String", String.class),
            Map.entry("anyURI", String.class),
            Map.entry("base64Binary", String.class),
            Map.entry("int", Integer.class),
            Map.entry("Int", Integer.class),
            Map.entry("long", Long.class),
            Map.entry("Long", Long.class),
            Map.entry("short", Short.class),
            Map.entry("Short", Short.class),
            Map.entry("byte", Byte.class),
            Map.entry("Byte", Byte.class),
            Map.entry("double", Double.class),
            Map.entry("Double", Double.class),
            Map.entry("float", Float.class),
            Map.entry("boolean", Boolean.class),
            Map.entry("Boolean", Boolean.class),
            Map.entry("dateTime", Calendar.class),
            Map.entry("Calendar", Calendar.class));
    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            int.class,
            Integer.class,
            long.class,
            Long.class,
            short.class,
            Short.class,
            byte.class,
            Byte.class,
            double.class,
            Double.class,
            float.class,
            Float.class,
            boolean.class,
            Boolean.class);

    private Texts() {}

    static Optional<Class<?>> named(String name) {
        return Optional.ofNullable(NAMES.get(name));
    }

    static Class<?> boxed(Class<?> type) {
        return BOXES.getOrDefault(type, type);
    }

    static boolean isText(Class<?> type) {
        return NAMES.containsValue(boxed(type));
    }

    /** Null where the text is no such value. */
    static @Nullable Object parse(Class<?> type, String text) {
        Class<?> boxed = boxed(type);
        try {
            if (boxed == String.class) {
                return text;
            } else if (boxed == Boolean.class) {
                return text.strip().equals("true") || text.strip().equals("1");
            } else if (boxed == Integer.class) {
                return Integer.valueOf(text.strip());
            } else if (boxed == Long.class) {
                return Long.valueOf(text.strip());
            } else if (boxed == Short.class) {
                return Short.valueOf(text.strip());
            } else if (boxed == Byte.class) {
                return Byte.valueOf(text.strip());
            } else if (boxed == Double.class) {
                return Double.valueOf(text.strip());
            } else if (boxed == Float.class) {
                return Float.valueOf(text.strip());
            }
            return GregorianCalendar.from(OffsetDateTime.parse(text.strip()).toZonedDateTime());
        } catch (NumberFormatException | DateTimeParseException e) {
            return null;
        }
    }
}
