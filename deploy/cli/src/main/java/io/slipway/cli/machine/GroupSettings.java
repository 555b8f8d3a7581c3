package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import java.io.IOException;

/**
 * The configuration files of several directors that are one: the same uuid, key, users and database, and for each ports, a
 * data folder and a CA file of its own. They are made from what a single director's would say.
 */
record GroupSettings(DataFolder data, GroupPorts ports, PostgresqlSettings database) {
    private static final String THIS_MACHINE = "127.0.0.1";
    /** Programs that start beside them, among them directors, can keep a small machine's processors for seconds. */
    private static final int PATIENCE_MILLIS = 4000;

    /** How many directors the settings in a data folder are for. */
    static int count(DataFolder data) {
        if (!data.exists() || !DirectorSettings.readTree(data.settings()).has("cluster")) {
            return 1;
        }
        int count = 1;
        while (data.ofDirector(count + 1).exists()) {
            count++;
        }
        return count;
    }

    /** The first one's file comes last: with it there are several. */
    void write(ObjectNode single) {
        try {
            for (int number = ports.count(); number >= 1; number--) {
                DataFolder folder = data.ofDirector(number);
                PrivateFiles.createFolders(folder.root());
                DirectorSettings.write(of(single, number), folder.settings());
            }
        } catch (IOException failure) {
            throw new CliException("the directors' settings cannot be written: " + failure.getMessage(), failure);
        }
    }

    /** What one of them reads. */
    ObjectNode of(ObjectNode single, int number) {
        ObjectNode tree = single.deepCopy();
        DataFolder folder = data.ofDirector(number);
        String endpoint = single.path("agent").path("endpoints").path(0).asText();
        String gateway = endpoint.substring(0, endpoint.lastIndexOf(':'));
        tree.put("data_dir", folder.root().toString());
        section(tree, "bind").put("port", ports.api(number));
        ObjectNode agent = section(tree, "agent").put("port", ports.agents(number));
        ArrayNode endpoints = agent.putArray("endpoints");
        for (int other = 1; other <= ports.count(); other++) {
            endpoints.add(gateway + ":" + ports.agents(other));
        }
        ObjectNode blobs = section(tree, "blobs").put("base_url", "https://" + gateway + ":" + ports.api(number));
        blobs.putObject("store").put("type", "database");
        section(tree, "tls").put("ca_file", folder.certificateAuthority().toString());
        database.addTo(tree);
        tree.putObject("cluster")
                .put("address", THIS_MACHINE)
                .put("port", ports.cluster(number))
                .put("patience_ms", PATIENCE_MILLIS);
        shareTheMachine(tree);
        return tree;
    }

    /** Their VMs are the same: each finds those that others made, and writes rules of the packet filter for all. */
    private void shareTheMachine(ObjectNode tree) {
        ObjectNode cpi = section(tree, "cpi");
        if (cpi.path("name").asText().equals("local")) {
            ObjectNode properties = section(cpi, "properties");
            properties.put("directory", data.root().resolve("cpi-local").toString());
            ArrayNode ports = properties.putArray("director_ports");
            for (int number = 1; number <= this.ports.count(); number++) {
                ports.add(this.ports.api(number)).add(this.ports.agents(number));
            }
        }
    }

    private static ObjectNode section(ObjectNode tree, String name) {
        JsonNode present = tree.path(name);
        return present instanceof ObjectNode section ? section : tree.putObject(name);
    }
}
