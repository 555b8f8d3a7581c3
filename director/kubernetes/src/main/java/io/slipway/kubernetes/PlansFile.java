package io.slipway.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads plans.yml. Whatever is wrong in it is told with its place, and nothing of it is used. */
public final class PlansFile {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private PlansFile() {}

    /**
     * What a file says, checked, in a form that differs only where it says something else: neither order of keys nor comments
     * nor layout do. {@link #parse} reads it.
     */
    static String readCanonical(Path file) {
        try {
            return canonical(Files.readString(file));
        } catch (IOException unreadable) {
            throw new InvalidPlans(file + " cannot be read: " + unreadable.getMessage());
        } catch (InvalidPlans invalid) {
            throw new InvalidPlans(file + ": " + invalid.getMessage());
        }
    }

    static String canonical(String yaml) {
        parse(yaml);
        try {
            return SORTED.writeValueAsString(SORTED.treeToValue(YAML.readTree(yaml), Object.class));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public static Plans parse(String yaml) {
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (IOException notYaml) {
            throw new InvalidPlans(
                    String.valueOf(notYaml.getMessage()).lines().findFirst().orElse("not YAML"));
        }
        var root = new Reader(tree, "");
        root.onlyKeys("cluster_defaults", "plans");
        ClusterDefaults defaults = defaults(root.object("cluster_defaults"));
        List<Plan> plans = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Reader entry : root.objects("plans")) {
            Plan plan = plan(entry);
            if (!names.add(plan.name())) {
                throw new InvalidPlans("plans: there are two plans named '" + plan.name() + "'");
            }
            plans.add(plan);
        }
        if (plans.isEmpty()) {
            throw new InvalidPlans("plans: at least one plan is needed");
        }
        return new Plans(defaults, plans);
    }

    private static ClusterDefaults defaults(Reader reader) {
        reader.onlyKeys("network", "release_version", "stemcell_os", "stemcell_version", "pod_cidr", "service_cidr");
        String podCidr = reader.text("pod_cidr");
        String serviceCidr = reader.text("service_cidr");
        for (var cidr : Map.of("pod_cidr", podCidr, "service_cidr", serviceCidr).entrySet()) {
            if (Cidr.parse(cidr.getValue()).isEmpty()) {
                throw new InvalidPlans("cluster_defaults." + cidr.getKey() + ": '" + cidr.getValue()
                        + "' is not an IPv4 range such as 10.200.0.0/16");
            }
        }
        return new ClusterDefaults(
                reader.text("network"),
                reader.text("release_version"),
                reader.text("stemcell_os"),
                reader.text("stemcell_version"),
                podCidr,
                serviceCidr);
    }

    private static Plan plan(Reader reader) {
        reader.onlyKeys("name", "description", "active", "masters", "workers");
        Reader masters = reader.object("masters");
        masters.onlyKeys("instances", "vm_type", "persistent_disk_type", "azs");
        int masterInstances = masters.number("instances");
        if (!Set.of(1, 3, 5).contains(masterInstances)) {
            throw new InvalidPlans(masters.place("instances") + " must be 1, 3 or 5, so that etcd has a majority, not "
                    + masterInstances);
        }
        Reader workers = reader.object("workers");
        workers.onlyKeys("instances", "maximum", "vm_type", "azs");
        int workerInstances = workers.number("instances");
        int maximum = workers.number("maximum");
        if (workerInstances < 1 || workerInstances > maximum) {
            throw new InvalidPlans(workers.place("instances") + " must be from 1 to the maximum " + maximum + ", not "
                    + workerInstances);
        }
        return new Plan(
                reader.text("name"),
                reader.text("description"),
                reader.truth("active"),
                new Plan.Masters(
                        masterInstances,
                        masters.text("vm_type"),
                        masters.text("persistent_disk_type"),
                        masters.texts("azs")),
                new Plan.Workers(workerInstances, maximum, workers.text("vm_type"), workers.texts("azs")));
    }

    /** What is wrong in a plans file, and where. */
    public static final class InvalidPlans extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidPlans(String message) {
            super(message);
        }
    }

    /** A part of the file that knows its place. */
    private record Reader(JsonNode node, String path) {
        void onlyKeys(String... known) {
            if (!node.isObject()) {
                throw new InvalidPlans((path.isEmpty() ? "the file" : path) + " must have keys and values");
            }
            var names = List.of(known);
            node.fieldNames().forEachRemaining(name -> {
                if (!names.contains(name)) {
                    throw new InvalidPlans(place(name) + " is unknown: known are " + String.join(", ", names));
                }
            });
        }

        String place(String key) {
            return path.isEmpty() ? key : path + "." + key;
        }

        Reader object(String key) {
            if (!node.path(key).isObject()) {
                throw new InvalidPlans(place(key) + " is missing");
            }
            return new Reader(node.path(key), place(key));
        }

        List<Reader> objects(String key) {
            List<Reader> readers = new ArrayList<>();
            int index = 0;
            for (JsonNode entry : node.path(key)) {
                String name = entry.path("name").asText("");
                readers.add(new Reader(entry, key + "[" + (name.isEmpty() ? String.valueOf(index) : name) + "]"));
                index++;
            }
            return readers;
        }

        String text(String key) {
            JsonNode value = node.path(key);
            if (!value.isValueNode() || value.isNull() || value.asText().isBlank()) {
                throw new InvalidPlans(place(key) + " is missing");
            }
            return value.asText();
        }

        List<String> texts(String key) {
            List<String> values = new ArrayList<>();
            node.path(key).forEach(value -> values.add(value.asText()));
            if (values.isEmpty()) {
                throw new InvalidPlans(place(key) + " must be a list with at least one entry");
            }
            return values;
        }

        int number(String key) {
            if (!node.path(key).isInt()) {
                throw new InvalidPlans(place(key) + " must be a number");
            }
            return node.path(key).asInt();
        }

        boolean truth(String key) {
            if (!node.has(key)) {
                return true;
            }
            if (!node.path(key).isBoolean()) {
                throw new InvalidPlans(place(key) + " must be true or false");
            }
            return node.path(key).asBoolean();
        }
    }
}
