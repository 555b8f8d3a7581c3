package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorOptions;
import io.slipway.cli.output.Table;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells whether the director is up and what it looks after. */
@Command(
        name = "status",
        header = "Show whether the director is up and what it looks after.",
        description = "The exit code is 1 when it is not up.",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway status", "  slipway status --json"})
public final class StatusCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Option(names = "--json", description = "Print as JSON.")
    private boolean isJson;

    public StatusCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        try {
            ask(director.client(cli), status);
        } catch (CliException down) {
            status.put("up", false).put("reason", down.getMessage());
        }
        if (isJson) {
            cli.console().printJson(status);
        } else {
            print(status);
        }
        return status.path("up").asBoolean() ? 0 : 1;
    }

    private void ask(DirectorClient client, ObjectNode status) {
        status.put("director", client.target().url());
        JsonNode info = client.get("/info");
        status.put("name", info.path("name").asText(""));
        status.put("uuid", info.path("uuid").asText(""));
        status.put("version", info.path("version").asText(""));
        Optional<ProcessHandle> process = new DirectorProcess(cli, DataFolder.of(cli, null)).find();
        process.ifPresent(found -> status.put("pid", found.pid()));
        Map<String, Integer> states = new TreeMap<>();
        for (JsonNode cluster : client.get("/v1/clusters")) {
            states.merge(cluster.path("last_action_state").asText(), 1, Integer::sum);
        }
        ObjectNode clusters = status.putObject("clusters");
        states.forEach(clusters::put);
        int vms = 0;
        for (JsonNode deployment : client.get("/deployments")) {
            vms += client.get("/deployments/" + deployment.path("name").asText() + "/vms")
                    .size();
        }
        status.put("vms", vms);
        status.put("up", true);
    }

    private void print(ObjectNode status) {
        if (!status.path("up").asBoolean()) {
            cli.console().print("Director:  not up (" + status.path("reason").asText() + ")");
            return;
        }
        var clusters = new StringBuilder();
        int total = 0;
        for (Map.Entry<String, JsonNode> state : status.path("clusters").properties()) {
            total += state.getValue().asInt();
            clusters.append(clusters.isEmpty() ? "" : ", ")
                    .append(state.getValue().asInt())
                    .append(' ')
                    .append(state.getKey());
        }
        Table.properties(
                        "Director", status.path("director").asText() + ", up",
                        "Version", status.path("version").asText(),
                        "PID", status.path("pid").asText("not on this machine"),
                        "Clusters", total + (total == 0 ? "" : " (" + clusters + ")"),
                        "VMs", status.path("vms").asText())
                .forEach(cli.console()::print);
    }
}
