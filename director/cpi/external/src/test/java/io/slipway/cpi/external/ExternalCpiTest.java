package io.slipway.cpi.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.VmResources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalCpiTest {
    @TempDir
    Path directory;

    @Test
    void asks_as_bosh_asks_in_version_2() throws Exception {
        var cpi = new ScriptedCpi(
                directory,
                "echo '{\"result\": [\"vm-1\", {\"default\": {\"type\": \"dynamic\", \"ip\": \"10.0.0.9\","
                        + " \"netmask\": \"255.255.255.0\"}}], \"error\": null, \"log\": \"\"}'");

        var created = cpi.open().createVm(request("agent-1"));

        assertThat(created.cid()).isEqualTo("vm-1");
        assertThat(created.networks()).singleElement().satisfies(network -> {
            assertThat(network.ip()).isEqualTo("10.0.0.9");
            assertThat(network.prefixLength()).isEqualTo(24);
        });
        var asked = requests(cpi);
        assertThat(asked.getFirst().has("api_version")).isFalse();
        assertThat(asked).extracting(one -> one.path("method").asText()).startsWith("info", "create_vm");
        var create = asked.get(1);
        assertThat(create.path("api_version").asInt()).isEqualTo(2);
        assertThat(create.path("context").path("director_uuid").asText()).isEqualTo("director-1");
        assertThat(create.path("context").path("request_id").asText()).startsWith("cpi-");
        assertThat(create.path("context").path("password").asText()).isEqualTo("hush-hush");
        assertThat(create.path("context").at("/vm/stemcell/api_version").asInt())
                .isEqualTo(3);
        var arguments = create.path("arguments");
        assertThat(arguments).hasSize(6);
        assertThat(arguments.at("/0").asText()).isEqualTo("agent-1");
        assertThat(arguments.at("/3/default/type").asText()).isEqualTo("dynamic");
        assertThat(arguments.at("/5/mine").asText()).isEqualTo("kept");
        assertThat(arguments.at("/5/bosh/password").asText()).isEqualTo("kept too");
        assertThat(arguments.at("/5/bosh/group").asText()).isEqualTo("slipway-dep-web");
        assertThat(arguments.at("/5/bosh/slipway/agent_id").asText()).isEqualTo("agent-1");
        assertThat(arguments.at("/5/bosh/slipway/private_key").asText()).contains("PRIVATE KEY");
    }

    @Test
    void tells_of_the_stemcell_with_each_call_about_a_vm_that_it_made() throws Exception {
        var cpi = new ScriptedCpi(directory, """
                case $method in
                create_vm) echo '{"result": ["vm-1", {}]}' ;;
                create_disk) echo '{"result": "disk-1"}' ;;
                attach_disk) echo '{"result": "/dev/sdb"}' ;;
                get_disks) echo '{"result": []}' ;;
                *) echo '{"result": null}' ;;
                esac""");

        cpi.open().createVm(request("agent-1"));
        cpi.open().createDisk("key-1", DataSize.ofMebibytes(1), Map.of(), Optional.of("vm-1"));
        cpi.open().attachDisk("vm-1", "disk-1");
        cpi.open().rebootVm("vm-2");
        cpi.open().deleteVm("vm-1");

        assertThat(requests(cpi).stream()
                        .filter(one -> !one.path("method").asText().equals("info"))
                        .map(one -> one.path("method").asText() + " "
                                + one.at("/context/vm/stemcell/api_version").asText("-")))
                .contains("create_vm 3", "create_disk -", "attach_disk 3", "reboot_vm -", "delete_vm 3");
    }

    @Test
    void understands_version_1() throws Exception {
        var cpi = new ScriptedCpi(directory, "{\"result\": {}}", """
                case $method in
                create_vm) echo '{"result": "vm-1", "error": null, "log": ""}' ;;
                *) echo '{"result": null, "error": null, "log": ""}' ;;
                esac""");
        var open = cpi.open();

        assertThat(open.info().apiVersion()).isEqualTo(1);
        assertThat(open.createVm(request("agent-1")).cid()).isEqualTo("vm-1");
        assertThat(requests(cpi).get(1).path("api_version").asInt()).isEqualTo(1);
        assertThat(failureOf(() -> open.attachDisk("vm-1", "disk-1")).message()).contains("version 2", "disk-1");
    }

    @Test
    void takes_a_cpi_without_info_for_one_of_version_1() throws Exception {
        var cpi = new ScriptedCpi(
                directory,
                "{\"result\": null, \"error\": {\"type\": \"Bosh::Clouds::NotImplemented\", \"message\": \"no\","
                        + " \"ok_to_retry\": false}, \"log\": \"\"}",
                "true");

        assertThat(cpi.open().info().apiVersion()).isEqualTo(1);
        assertThat(cpi.open().info().stemcellFormats()).isEmpty();
    }

    @Test
    void tells_typed_errors_apart() throws Exception {
        var cpi = failing("$(sed 's/.*\"arguments\":\\[\"\\([A-Za-z]*\\)\".*/\\1/' <<X\n$request\nX\n)", true);
        var open = cpi.open();

        assertThat(failureOf(() -> open.rebootVm("VMNotFound"))).isEqualTo(new CpiFailure.VmNotFound("VMNotFound"));
        assertThat(failureOf(() -> open.setDiskMetadata("DiskNotFound", Map.of())))
                .isEqualTo(new CpiFailure.DiskNotFound("DiskNotFound"));
        assertThat(failureOf(() -> open.snapshotDisk("NotSupported", Map.of())))
                .isEqualTo(new CpiFailure.NotSupported("snapshot_disk"));
        assertThat(failureOf(() -> open.snapshotDisk("NotImplemented", Map.of())))
                .isEqualTo(new CpiFailure.NotSupported("snapshot_disk"));
        assertThat(failureOf(() -> open.snapshotDisk("NoDiskSpace", Map.of())))
                .isInstanceOf(CpiFailure.NoDiskSpace.class);
        assertThat(failureOf(() -> open.rebootVm("CloudError"))).satisfies(failure -> {
            assertThat(failure).isInstanceOf(CpiFailure.CloudError.class);
            assertThat(failure.retryable()).isTrue();
            assertThat(failure.message()).contains("CloudError", "it broke", "reboot_vm", "request ID");
        });
        assertThat(failureOf(() -> open.rebootVm("Surprise")).message()).contains("Surprise");
    }

    @Test
    void says_whether_a_retry_may_help() throws Exception {
        assertThat(failureOf(() -> failing("VMCreationFailed", true).open().createVm(request("a")))
                        .retryable())
                .isTrue();
        assertThat(failureOf(() -> failing("VMCreationFailed", false).open().createVm(request("a")))
                        .retryable())
                .isFalse();
    }

    @Test
    void takes_the_absence_of_what_is_to_go_for_success() throws Exception {
        failing("VMNotFound", false).open().deleteVm("vm-1");
        failing("DiskNotFound", false).open().deleteDisk("disk-1");
        failing("DiskNotAttached", false).open().detachDisk("vm-1", "disk-1");
        assertThat(failing("VMNotFound", false).open().hasVm("vm-1")).isFalse();
    }

    @Test
    void says_what_was_printed_where_it_is_no_json() throws Exception {
        var cpi = new ScriptedCpi(directory, "echo 'Traceback: hush-hush'; echo 'no such module' >&2; exit 7");

        var failure = failureOf(() -> cpi.open().rebootVm("vm-1"));

        assertThat(failure.message())
                .contains("invalid answer", "reboot_vm", "exit code 7", "Traceback: <redacted>", "no such module")
                .doesNotContain("hush-hush");
        assertThat(failure.retryable()).isTrue();
    }

    @Test
    void says_so_where_nothing_or_half_an_answer_was_printed() throws Exception {
        assertThat(failureOf(() -> new ScriptedCpi(directory, "exit 1").open().rebootVm("vm-1"))
                        .message())
                .contains("printed nothing", "exit code 1");
        assertThat(failureOf(() -> new ScriptedCpi(directory, "echo '{\"result\": tr'")
                                .open()
                                .rebootVm("vm-1"))
                        .message())
                .contains("{\"result\": tr");
        assertThat(failureOf(() ->
                                new ScriptedCpi(directory, "echo '[1]'").open().rebootVm("vm-1"))
                        .message())
                .contains("expected an object", "[1]");
    }

    @Test
    void looks_at_the_answer_and_not_at_the_exit_code() throws Exception {
        assertThat(new ScriptedCpi(directory, "echo '{\"result\": true}'; exit 3")
                        .open()
                        .hasVm("vm-1"))
                .isTrue();
    }

    @Test
    void ends_an_executable_that_takes_too_long_with_all_that_it_started() throws Exception {
        var cpi =
                new ScriptedCpi(directory, "sleep 600 & echo $! > \"$here/child\"; wait").within(Duration.ofSeconds(1));

        var failure = failureOf(() -> cpi.open().rebootVm("vm-1"));

        assertThat(failure.message()).contains("no answer within 1 s", "reboot_vm");
        long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
        ProcessHandle.of(child).ifPresent(handle -> handle.onExit().join());
    }

    @Test
    void ends_an_executable_whose_task_is_cancelled() throws Exception {
        var cpi = new ScriptedCpi(directory, "exec sleep 600");
        var open = cpi.open();
        open.info();
        cpi.isCancelled.set(true);

        assertThat(failureOf(() -> open.createStemcell(Path.of("image"), Map.of()))
                        .message())
                .contains("cancelled", "create_stemcell");
    }

    @Test
    void ends_an_executable_that_prints_without_end() throws Exception {
        var cpi = new ScriptedCpi(directory, "exec yes").printingAtMost(100_000);

        assertThat(failureOf(() -> cpi.open().rebootVm("vm-1")).message()).contains("more than 100000 bytes");
    }

    @Test
    void takes_large_requests_and_answers() throws Exception {
        var cpi = new ScriptedCpi(
                directory,
                "head -c 3000000 /dev/zero | tr '\\0' x >&2; printf '{\"result\": [\"';"
                        + " head -c 3000000 /dev/zero | tr '\\0' y; printf '\"]}'");

        var disks = cpi.open().getDisks("v".repeat(1_000_000));

        assertThat(disks).singleElement().satisfies(cid -> assertThat(cid).hasSize(3_000_000));
    }

    @Test
    void logs_each_call_with_its_request_id_and_time_and_no_secret() throws Exception {
        var cpi = new ScriptedCpi(directory, """
                echo 'using hush-hush and told-secret' >&2
                if [ $method = create_vm ]; then
                    printf '%s' "$request" >&2
                    printf '\\n-----BEGIN PRIVATE KEY-----\\nabcdefgh\\n' >&2
                fi
                printf '%s' '{"result": "vm-1", "error": null, "log": "made with hush-hush\\nand done"}'
                """);

        cpi.open().createVm(request("agent-1"));

        assertThat(cpi.logged())
                .containsPattern("\\[cpi-[^]]+] create_vm begins: .*\"agent-1\"")
                .containsPattern("\\[cpi-[^]]+] using <redacted> and <redacted>")
                .containsPattern("\\[cpi-[^]]+] made with <redacted>")
                .containsPattern("\\[cpi-[^]]+] and done")
                .containsPattern("\\[cpi-[^]]+] create_vm succeeded after [0-9.]+ s: \"vm-1\"")
                .doesNotContain("hush-hush", "told-secret", "abcdefgh", "kept too");
    }

    @Test
    void makes_one_vm_for_an_agent_id() throws Exception {
        var cpi = new ScriptedCpi(directory, """
                case $method in
                create_vm) echo x >> "$here/made"; echo '{"result": "vm-1"}' ;;
                has_vm) echo '{"result": true}' ;;
                *) echo '{"result": null}' ;;
                esac""");

        cpi.open().createVm(request("agent-1"));
        cpi.open().createVm(request("agent-1"));

        assertThat(Files.readAllLines(directory.resolve("made"))).hasSize(1);
        assertThat(cpi.open().findVm("agent-1")).hasValueSatisfying(vm -> {
            assertThat(vm.cid()).isEqualTo("vm-1");
            assertThat(vm.metadata()).containsEntry("deployment", "dep");
        });
        assertThat(cpi.open().findVm("agent-2")).isEmpty();
    }

    @Test
    void finds_the_answer_that_came_after_the_director_had_died() throws Exception {
        var cpi = new ScriptedCpi(directory, """
                case $method in
                create_vm) while [ ! -e "$here/go" ]; do sleep 0.05; done; echo '{"result": "vm-1"}' ;;
                *) echo '{"result": true}' ;;
                esac""");
        var director = Thread.ofPlatform().start(() -> {
            try {
                cpi.open().createVm(request("agent-1"));
            } catch (CpiException cutOff) {
                // As intended.
            }
        });
        var ledger = new Ledger(directory.resolve("cpi"));
        while (ledger.vm("agent-1").filter(vm -> vm.begun().pid() > 0).isEmpty()) {
            Thread.onSpinWait();
        }
        director.interrupt();
        director.join();
        Files.createFile(directory.resolve("go"));

        assertThat(cpi.open().createVm(request("agent-1")).cid()).isEqualTo("vm-1");
        assertThat(cpi.open().findVm("agent-1")).isPresent();
        assertThat(calls()).isEmpty();
        assertThat(requests(cpi))
                .filteredOn(one -> one.path("method").asText().equals("create_vm"))
                .hasSize(1);
    }

    @Test
    void makes_no_second_vm_for_an_agent_id_whose_first_may_be_there() throws Exception {
        var cpi = new ScriptedCpi(directory, "echo 'half an ans'");

        assertThat(failureOf(() -> cpi.open().createVm(request("agent-1"))))
                .isInstanceOf(CpiFailure.OutcomeUnknown.class);
        assertThat(failureOf(() -> cpi.open().createVm(request("agent-1"))))
                .isInstanceOf(CpiFailure.OutcomeUnknown.class);
        assertThat(cpi.open().findVm("agent-1")).isEmpty();
        assertThat(requests(cpi))
                .filteredOn(one -> one.path("method").asText().equals("create_vm"))
                .hasSize(1);
    }

    @Test
    void makes_a_vm_that_its_cpi_said_it_had_not_made() throws Exception {
        failureOf(() -> failing("VMCreationFailed", true).open().createVm(request("agent-1")));

        var cpi = new ScriptedCpi(directory, "echo '{\"result\": \"vm-2\"}'");

        assertThat(cpi.open().createVm(request("agent-1")).cid()).isEqualTo("vm-2");
    }

    @Test
    void believes_its_ledger_where_the_cpi_cannot_be_asked() throws Exception {
        var cpi = new ScriptedCpi(directory, """
                case $method in
                create_disk) echo '{"result": "disk-1"}' ;;
                attach_disk) echo '{"result": {"path": "/dev/sdx"}}' ;;
                detach_disk|delete_disk) echo '{"result": null}' ;;
                *) echo '{"result": null, "error": {"type": "InvalidCall", "message": "Method is not known, got x",\
                 "ok_to_retry": false}}' ;;
                esac""");
        var open = cpi.open();
        String disk = open.createDisk("key-1", DataSize.ofMebibytes(64), Map.of(), Optional.empty());

        assertThat(open.attachDisk("vm-1", disk)).isEqualTo("/dev/sdx");
        assertThat(open.hasDisk(disk)).isTrue();
        assertThat(open.findDisk("key-1")).contains(disk);
        assertThat(open.getDisks("vm-1")).containsExactly(disk);
        open.detachDisk("vm-1", disk);
        assertThat(open.getDisks("vm-1")).isEmpty();
        open.deleteDisk(disk);
        assertThat(open.hasDisk(disk)).isFalse();
    }

    @Test
    void has_the_cpi_calculate_properties_of_sizes() throws Exception {
        var cpi = new ScriptedCpi(directory, "echo '{\"result\": {\"instance_type\": \"big\"}}'");

        var properties = cpi.open()
                .calculateVmCloudProperties(
                        new VmResources(2, DataSize.ofMebibytes(4096), DataSize.ofMebibytes(10_240)));

        assertThat(properties).containsEntry("instance_type", "big");
        assertThat(requests(cpi).getLast().path("arguments").toString())
                .contains("\"cpu\":2", "\"ram\":4096", "\"ephemeral_disk_size\":10240");
    }

    @Test
    void is_refused_with_the_name_of_the_executable_that_is_none() {
        var cpi = new ExternalCpiFactory()
                .create("director-1", directory, Map.of("exec_path", "/no/such/cpi", "properties", Map.of()));

        assertThat(failureOf(cpi::info).message()).contains("/no/such/cpi", "not an executable");
        assertThat(failureOf(() -> new ExternalCpiFactory().create("d", directory, Map.of("path", "x")))
                        .message())
                .contains("'path'", "exec_path");
    }

    private List<Path> calls() throws Exception {
        Path calls = directory.resolve("cpi/calls");
        if (!Files.isDirectory(calls)) {
            return List.of();
        }
        try (var files = Files.list(calls)) {
            return files.toList();
        }
    }

    private ScriptedCpi failing(String type, boolean isOkToRetry) throws Exception {
        return new ScriptedCpi(
                directory,
                "type=" + type + "\necho '{\"result\": null, \"error\": {\"type\": \"Bosh::Clouds::'\"$type\"'\","
                        + " \"message\": \"it broke\", \"ok_to_retry\": " + isOkToRetry + "}, \"log\": \"\"}'");
    }

    private static List<JsonNode> requests(ScriptedCpi cpi) throws Exception {
        var requests = new java.util.ArrayList<JsonNode>();
        for (String line : cpi.requests()) {
            requests.add(new JsonMapper().readTree(line));
        }
        return requests;
    }

    private static VmRequest request(String agentId) {
        return new VmRequest(
                agentId,
                "stemcell-1",
                Map.of("instance_type", "large-type"),
                List.of(new VmNetwork(
                        "default", "dynamic", "", 0, "", List.of("8.8.8.8"), List.of("dns", "gateway"), Map.of())),
                List.of(),
                new AgentSettings(
                        agentId,
                        List.of("127.0.0.1:1"),
                        "director",
                        "a CA",
                        "a certificate",
                        "-----BEGIN PRIVATE KEY-----\nabcdefgh\n-----END PRIVATE KEY-----\n",
                        "{\"mine\": \"kept\", \"bosh\": {\"password\": \"kept too\"}}"),
                Map.of("deployment", "dep", "instance_group", "web"),
                3);
    }

    private static CpiFailure failureOf(ThrowingCallable call) {
        return catchThrowableOfType(CpiException.class, call).failure();
    }
}
