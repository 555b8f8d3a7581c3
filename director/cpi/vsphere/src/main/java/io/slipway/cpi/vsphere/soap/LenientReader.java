package io.slipway.cpi.vsphere.soap;

import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.MethodFault;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers of a vCenter into yavijava's types. A vCenter is newer than these: elements, enumeration values and types
 * that they do not have are passed over, a type that is not known being read as the declared one.
 */
final class LenientReader {
    private static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";
    private static final String PACKAGE = MethodFault.class.getPackageName() + ".";
    private static final XMLInputFactory FACTORY = factory();
    private static final Map<String, Optional<Class<?>>> CLASSES = new ConcurrentHashMap<>();
    private static final Map<Class<?>, Map<String, Field>> FIELDS = new ConcurrentHashMap<>();

    private final XMLStreamReader xml;

    private LenientReader(XMLStreamReader xml) {
        this.xml = xml;
    }

    /**
     * The value that a method returned.
     *
     * @param type as yavijava names it, null where nothing is returned
     * @throws FaultException where the answer is a fault
     */
    static @Nullable Object read(@Nullable String type, InputStream answer) throws XMLStreamException, FaultException {
        var reader = new LenientReader(FACTORY.createXMLStreamReader(answer, "UTF-8"));
        return reader.envelope(type);
    }

    private @Nullable Object envelope(@Nullable String type) throws XMLStreamException, FaultException {
        while (xml.next() != XMLStreamConstants.START_ELEMENT
                || !xml.getLocalName().equals("Body")) {
            if (xml.getEventType() == XMLStreamConstants.END_DOCUMENT) {
                throw new XMLStreamException("the answer has no body");
            }
        }
        xml.nextTag();
        if (xml.getLocalName().equals("Fault")) {
            throw fault();
        }
        boolean isArray = type != null && type.endsWith("[]");
        Class<?> declared = type == null ? Object.class : named(isArray ? type.substring(0, type.length() - 2) : type);
        var values = new ArrayList<@Nullable Object>();
        while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
            values.add(value(declared));
        }
        if (type == null) {
            return null;
        }
        return isArray ? array(declared, values) : values.isEmpty() ? null : values.getFirst();
    }

    private FaultException fault() throws XMLStreamException {
        String text = "";
        String type = "RuntimeFault";
        MethodFault fault = null;
        while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
            if (xml.getLocalName().equals("faultstring")) {
                text = xml.getElementText();
            } else if (xml.getLocalName().equals("detail")) {
                while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
                    String element = xml.getLocalName();
                    type = xsiType()
                            .orElse(element.endsWith("Fault") ? element.substring(0, element.length() - 5) : element);
                    fault = value(MethodFault.class) instanceof MethodFault known ? known : null;
                }
            } else {
                skip();
            }
        }
        return new FaultException(type, text, fault);
    }

    /** The value of the element that begins here; the reader is at its end afterwards. */
    private @Nullable Object value(Class<?> declared) throws XMLStreamException {
        Optional<String> named = xsiType();
        if (named.isPresent() && named.get().startsWith("ArrayOf")) {
            return elements(named.get().substring("ArrayOf".length()));
        }
        Class<?> type = named.isPresent() ? known(named.get(), declared) : declared;
        if (type == Object.class) {
            skip();
            return null;
        }
        if (type == ManagedObjectReference.class) {
            var reference = new ManagedObjectReference();
            reference.type =
                    Optional.ofNullable(xml.getAttributeValue(null, "type")).orElse("");
            reference.val = xml.getElementText();
            return reference;
        }
        if (type.isEnum()) {
            return constant(type, xml.getElementText());
        }
        return Texts.isText(type) ? Texts.parse(type, xml.getElementText()) : object(type);
    }

    private @Nullable Object object(Class<?> type) throws XMLStreamException {
        Object made;
        try {
            made = type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            skip();
            return null;
        }
        var arrays = new LinkedHashMap<Field, List<@Nullable Object>>();
        while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
            Field field = fields(type).get(xml.getLocalName());
            if (field == null) {
                skip();
            } else if (field.getType().isArray()) {
                arrays.computeIfAbsent(field, f -> new ArrayList<>())
                        .add(value(field.getType().getComponentType()));
            } else {
                set(field, made, value(field.getType()));
            }
        }
        arrays.forEach((field, values) -> set(field, made, array(field.getType().getComponentType(), values)));
        return made;
    }

    /** What is in an element of a type ArrayOf…, as an array. */
    private Object elements(String component) throws XMLStreamException {
        Class<?> type = named(component);
        var values = new ArrayList<@Nullable Object>();
        while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
            values.add(value(type));
        }
        return array(type, values);
    }

    private static Object array(Class<?> component, List<@Nullable Object> values) {
        var fitting = values.stream()
                .filter(value -> value != null && Texts.boxed(component).isInstance(value))
                .toList();
        Object array = Array.newInstance(component, fitting.size());
        for (int i = 0; i < fitting.size(); i++) {
            Array.set(array, i, fitting.get(i));
        }
        return array;
    }

    private static void set(Field field, Object of, @Nullable Object value) {
        if (value == null || !Texts.boxed(field.getType()).isInstance(value)) {
            return;
        }
        try {
            field.set(of, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is not public", e);
        }
    }

    private static @Nullable Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name) || constant.toString().equals(name)) {
                return constant;
            }
        }
        return null;
    }

    private Optional<String> xsiType() {
        String type = xml.getAttributeValue(XSI, "type");
        return Optional.ofNullable(type).map(name -> name.substring(name.indexOf(':') + 1));
    }

    private void skip() throws XMLStreamException {
        for (int depth = 1; depth > 0; ) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> depth++;
                case XMLStreamConstants.END_ELEMENT -> depth--;
                default -> {}
            }
        }
    }

    private static Class<?> known(String name, Class<?> declared) {
        Class<?> found = find(name).orElse(null);
        return found != null && Texts.boxed(declared).isAssignableFrom(Texts.boxed(found)) ? found : declared;
    }

    private static Class<?> named(String name) {
        Class<?> found = find(name).orElse(null);
        return found == null ? Object.class : found;
    }

    private static Optional<Class<?>> find(String name) {
        return CLASSES.computeIfAbsent(name, wanted -> {
            Optional<Class<?>> text = Texts.named(wanted);
            if (text.isPresent()) {
                return text;
            }
            try {
                return Optional.of(Class.forName(PACKAGE + wanted));
            } catch (ClassNotFoundException e) {
                return Optional.empty();
            }
        });
    }

    private static Map<String, Field> fields(Class<?> type) {
        return FIELDS.computeIfAbsent(type, of -> {
            var fields = new HashMap<String, Field>();
            for (Field field : of.getFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    fields.putIfAbsent(field.getName(), field);
                }
            }
            return fields;
        });
    }

    private static XMLInputFactory factory() {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }
}
