package io.slipway.cpi.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmResources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

        var created = cpi.open().createVm(ScriptedCpi.request("agent-1"));

        assertThat(created.cid()).isEqualTo("vm-1");
        assertThat(created.networks()).singleElement().satisfies(network -> {
            assertThat(network.ip()).isEqualTo("10.0.0.9");
            assertThat(network.prefixLength()).isEqualTo(24);
        });
        var asked = cpi.requests();
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

        cpi.open().createVm(ScriptedCpi.request("agent-1"));
        cpi.open().createDisk("key-1", DataSize.ofMebibytes(1), Map.of(), Optional.of("vm-1"));
        cpi.open().attachDisk("vm-1", "disk-1");
        cpi.open().rebootVm("vm-2");
        cpi.open().deleteVm("vm-1");

        assertThat(cpi.requests().stream()
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
        assertThat(open.createVm(ScriptedCpi.request("agent-1")).cid()).isEqualTo("vm-1");
        assertThat(cpi.requests().get(1).path("api_version").asInt()).isEqualTo(1);
        assertThat(ScriptedCpi.failureOf(() -> open.attachDisk("vm-1", "disk-1"))
                        .message())
                .contains("version 2", "disk-1");
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
        var cpi = ScriptedCpi.failing(
                directory, "$(sed 's/.*\"arguments\":\\[\"\\([A-Za-z]*\\)\".*/\\1/' <<X\n$request\nX\n)", true);
        var open = cpi.open();

        assertThat(ScriptedCpi.failureOf(() -> open.rebootVm("VMNotFound")))
                .isEqualTo(new CpiFailure.VmNotFound("VMNotFound"));
        assertThat(ScriptedCpi.failureOf(() -> open.setDiskMetadata("DiskNotFound", Map.of())))
                .isEqualTo(new CpiFailure.DiskNotFound("DiskNotFound"));
        assertThat(ScriptedCpi.failureOf(() -> open.snapshotDisk("NotSupported", Map.of())))
                .isEqualTo(new CpiFailure.NotSupported("snapshot_disk"));
        assertThat(ScriptedCpi.failureOf(() -> open.snapshotDisk("NotImplemented", Map.of())))
                .isEqualTo(new CpiFailure.NotSupported("snapshot_disk"));
        assertThat(ScriptedCpi.failureOf(() -> open.snapshotDisk("NoDiskSpace", Map.of())))
                .isInstanceOf(CpiFailure.NoDiskSpace.class);
        assertThat(ScriptedCpi.failureOf(() -> open.rebootVm("CloudError"))).satisfies(failure -> {
            assertThat(failure).isInstanceOf(CpiFailure.CloudError.class);
            assertThat(failure.retryable()).isTrue();
            assertThat(failure.message()).contains("CloudError", "it broke", "reboot_vm", "request ID");
        });
        assertThat(ScriptedCpi.failureOf(() -> open.rebootVm("Surprise")).message())
                .contains("Surprise");
    }

    @Test
    void says_whether_a_retry_may_help() throws Exception {
        assertThat(ScriptedCpi.failureOf(() -> ScriptedCpi.failing(directory, "VMCreationFailed", true)
                                .open()
                                .createVm(ScriptedCpi.request("a")))
                        .retryable())
                .isTrue();
        assertThat(ScriptedCpi.failureOf(() -> ScriptedCpi.failing(directory, "VMCreationFailed", false)
                                .open()
                                .createVm(ScriptedCpi.request("a")))
                        .retryable())
                .isFalse();
    }

    @Test
    void takes_the_absence_of_what_is_to_go_for_success() throws Exception {
        ScriptedCpi.failing(directory, "VMNotFound", false).open().deleteVm("vm-1");
        ScriptedCpi.failing(directory, "DiskNotFound", false).open().deleteDisk("disk-1");
        ScriptedCpi.failing(directory, "DiskNotAttached", false).open().detachDisk("vm-1", "disk-1");
        assertThat(ScriptedCpi.failing(directory, "VMNotFound", false).open().hasVm("vm-1"))
                .isFalse();
    }

    @Test
    void says_what_was_printed_where_it_is_no_json() throws Exception {
        var cpi = new ScriptedCpi(directory, "echo 'Traceback: hush-hush'; echo 'no such module' >&2; exit 7");

        var failure = ScriptedCpi.failureOf(() -> cpi.open().rebootVm("vm-1"));

        assertThat(failure.message())
                .contains("invalid answer", "reboot_vm", "exit code 7", "Traceback: <redacted>", "no such module")
                .doesNotContain("hush-hush");
        assertThat(failure.retryable()).isTrue();
    }

    @Test
    void says_so_where_nothing_or_half_an_answer_was_printed() throws Exception {
        assertThat(ScriptedCpi.failureOf(() ->
                                new ScriptedCpi(directory, "exit 1").open().rebootVm("vm-1"))
                        .message())
                .contains("printed nothing", "exit code 1");
        assertThat(ScriptedCpi.failureOf(() -> new ScriptedCpi(directory, "echo '{\"result\": tr'")
                                .open()
                                .rebootVm("vm-1"))
                        .message())
                .contains("{\"result\": tr");
        assertThat(ScriptedCpi.failureOf(() ->
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

        var failure = ScriptedCpi.failureOf(() -> cpi.open().rebootVm("vm-1"));

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

        assertThat(ScriptedCpi.failureOf(() -> open.createStemcell(Path.of("image"), Map.of()))
                        .message())
                .contains("cancelled", "create_stemcell");
    }

    @Test
    void ends_an_executable_that_prints_without_end() throws Exception {
        var cpi = new ScriptedCpi(directory, "exec yes").printingAtMost(100_000);

        assertThat(ScriptedCpi.failureOf(() -> cpi.open().rebootVm("vm-1")).message())
                .contains("more than 100000 bytes");
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

        cpi.open().createVm(ScriptedCpi.request("agent-1"));

        assertThat(cpi.logged())
                .containsPattern("\\[cpi-[^]]+] create_vm begins: .*\"agent-1\"")
                .containsPattern("\\[cpi-[^]]+] using <redacted> and <redacted>")
                .containsPattern("\\[cpi-[^]]+] made with <redacted>")
                .containsPattern("\\[cpi-[^]]+] and done")
                .containsPattern("\\[cpi-[^]]+] create_vm succeeded after [0-9.]+ s: \"vm-1\"")
                .doesNotContain("hush-hush", "told-secret", "abcdefgh", "kept too");
    }

    @Test
    void has_the_cpi_calculate_properties_of_sizes() throws Exception {
        var cpi = new ScriptedCpi(directory, "echo '{\"result\": {\"instance_type\": \"big\"}}'");

        var properties = cpi.open()
                .calculateVmCloudProperties(
                        new VmResources(2, DataSize.ofMebibytes(4096), DataSize.ofMebibytes(10_240)));

        assertThat(properties).containsEntry("instance_type", "big");
        assertThat(cpi.requests().getLast().path("arguments").toString())
                .contains("\"cpu\":2", "\"ram\":4096", "\"ephemeral_disk_size\":10240");
    }

    @Test
    void is_refused_with_the_name_of_the_executable_that_is_none() {
        var ledger = Ledgers.of(directory);
        var cpi = new ExternalCpiFactory()
                .create("director-1", directory, Map.of("exec_path", "/no/such/cpi"), Set.of(), ledger);

        assertThat(ScriptedCpi.failureOf(cpi::info).message()).contains("/no/such/cpi", "not an executable");
        assertThat(ScriptedCpi.failureOf(() ->
                                new ExternalCpiFactory().create("d", directory, Map.of("path", "x"), Set.of(), ledger))
                        .message())
                .contains("'path'", "exec_path");
    }
}
