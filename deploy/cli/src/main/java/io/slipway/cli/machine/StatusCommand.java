package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorOptions;
import io.slipway.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
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
            DirectorClient client = director.client(cli);
            members(client).ifPresent(group -> tellMembers(group, status));
            ask(client, status);
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

    /** The processes of the director, where it is several of this machine, and who asks may know. */
    private Optional<DirectorGroup> members(DirectorClient client) {
        DataFolder data = DataFolder.of(cli, null);
        try {
            if (GroupSettings.count(data) == 1) {
                return Optional.empty();
            }
            var group = new DirectorGroup(cli, Machine.actual(cli), data);
            return Optional.of(group).filter(one -> client.target()
                    .urls()
                    .contains(one.members().getFirst().settings().url()));
        } catch (CliException notForThisUser) {
            return Optional.empty();
        }
    }

    private static void tellMembers(DirectorGroup group, ObjectNode status) {
        ArrayNode members = status.putArray("directors");
        for (DirectorGroup.Member member : group.members()) {
            ObjectNode told = members.addObject();
            told.put("number", member.number())
                    .put("director", member.settings().url());
            member.process().find().ifPresent(process -> told.put("pid", process.pid()));
            boolean isHealthy = member.process().isHealthy(member.settings());
            told.put("healthy", isHealthy).put("ready", isHealthy && member.isReady());
        }
        ObjectNode postgresql = status.putObject("postgresql");
        group.postgresql().find().ifPresent(process -> postgresql.put("pid", process.pid()));
        ObjectNode supervisor = status.putObject("supervisor");
        group.supervisor().ifPresent(process -> supervisor.put("pid", process.pid()));
    }

    private void ask(DirectorClient client, ObjectNode status) {
        status.put("director", client.target().url());
        JsonNode info = client.get("/info");
        status.put("name", info.path("name").asText(""));
        status.put("uuid", info.path("uuid").asText(""));
        status.put("version", info.path("version").asText(""));
        if (!status.has("directors")) {
            Optional<ProcessHandle> process = new DirectorProcess(cli, DataFolder.of(cli, null)).find();
            process.ifPresent(found -> status.put("pid", found.pid()));
        }
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
            printMembers(status);
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
        var properties = new ArrayList<>(List.of(
                "Director",
                status.path("director").asText() + ", up",
                "Version",
                status.path("version").asText()));
        if (!status.has("directors")) {
            properties.addAll(List.of("PID", status.path("pid").asText("not on this machine")));
        }
        properties.addAll(List.of(
                "Clusters",
                total + (total == 0 ? "" : " (" + clusters + ")"),
                "VMs",
                status.path("vms").asText()));
        Table.properties(properties.toArray(String[]::new)).forEach(cli.console()::print);
        printMembers(status);
    }

    private void printMembers(ObjectNode status) {
        if (!status.has("directors")) {
            return;
        }
        cli.console().print("");
        var table = new Table("Process", "PID", "Health", "Ready", "API");
        for (JsonNode member : status.path("directors")) {
            table.row(
                    "director " + member.path("number").asText(),
                    member.path("pid").asText("-"),
                    member.path("healthy").asBoolean() ? "healthy" : "silent",
                    member.path("ready").asBoolean() ? "yes" : "no",
                    member.path("director").asText());
        }
        for (String other : List.of("postgresql", "supervisor")) {
            JsonNode pid = status.path(other).path("pid");
            table.row(other, pid.asText("-"), pid.isMissingNode() ? "not running" : "running", "", "");
        }
        table.printTo(cli.console());
    }
}
