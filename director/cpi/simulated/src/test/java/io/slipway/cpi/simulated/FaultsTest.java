package io.slipway.cpi.simulated;

import static io.slipway.cpi.simulated.fault.CpiMethod.CREATE_DISK;
import static io.slipway.cpi.simulated.fault.CpiMethod.CREATE_VM;
import static io.slipway.cpi.simulated.fault.CpiMethod.DELETE_DISK;
import static io.slipway.cpi.simulated.fault.CpiMethod.HAS_DISK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.agent.core.kit.Await;
import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultsTest {
    private static final CpiFailure FAILURE = new CpiFailure.CloudError("the cloud is out of order", true);

    private SimulatedCpi cpi;

    @BeforeEach
    void open(@TempDir Path directory) {
        cpi = SimulatedCpi.open(directory, SimulatedSettings.DEFAULT, new Faults());
    }

    @AfterEach
    void close() {
        cpi.close();
    }

    @Test
    void fails_the_nth_call_and_only_that() {
        var rule = cpi.faults().on(CREATE_DISK).nth(2).inject(new CpiFault.Fail(FAILURE));

        createDisk("first");
        assertThatThrownBy(() -> createDisk("second"))
                .isInstanceOf(CpiException.class)
                .hasMessage(FAILURE.message());

        assertThat(cpi.findDisk("second")).isEmpty();
        assertThat(createDisk("second")).isNotBlank();
        assertThat(rule.struck()).isEqualTo(1);
    }

    @Test
    void fails_calls_about_one_subject_until_the_rule_is_lifted() {
        var rule = cpi.faults().on(CREATE_DISK).about("bad").always().inject(new CpiFault.Fail(FAILURE));

        createDisk("good");
        assertThatThrownBy(() -> createDisk("bad")).isInstanceOf(CpiException.class);
        assertThatThrownBy(() -> createDisk("bad")).isInstanceOf(CpiException.class);
        rule.lift();

        assertThat(createDisk("bad")).isNotBlank();
    }

    @Test
    void leaves_a_vm_whose_creation_seemed_to_fail() throws Exception {
        cpi.faults().on(CREATE_VM).inject(new CpiFault.FailAfterwards(FAILURE));
        var request = SimulatedVm.request(cpi, nobody(), 0);

        assertThatThrownBy(() -> cpi.createVm(request)).isInstanceOf(CpiException.class);

        var left = cpi.findVm(request.agentId()).map(VmDescription::cid);
        assertThat(left).isPresent();
        assertThat(cpi.createVm(request).cid()).isEqualTo(left.get());
        assertThat(cpi.listVms()).hasSize(1);
    }

    @Test
    void hangs_until_the_rule_is_lifted() throws Exception {
        var rule = cpi.faults().on(CREATE_DISK).inject(new CpiFault.Hang());

        var call = CompletableFuture.supplyAsync(() -> createDisk("key"));
        assertThat(rule.awaitStruck(Await.DEADLINE)).isTrue();
        assertThat(call).isNotDone();
        assertThat(cpi.findDisk("key")).isEmpty();
        rule.lift();

        assertThat(call.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)).isNotBlank();
    }

    @Test
    void hangs_after_all_is_done() throws Exception {
        String disk = createDisk("key");
        var rule = cpi.faults().on(DELETE_DISK).about(disk).inject(new CpiFault.HangAfterwards());

        var call = CompletableFuture.runAsync(() -> cpi.deleteDisk(disk));
        assertThat(rule.awaitStruck(Await.DEADLINE)).isTrue();
        Await.until("the disk is gone", () -> !cpi.hasDisk(disk));
        assertThat(call).isNotDone();
        cpi.faults().lift();

        assertThat(call).succeedsWithin(Await.DEADLINE);
    }

    @Test
    void delays_a_call() {
        cpi.faults().on(HAS_DISK).inject(new CpiFault.Delay(Duration.ofMillis(50)));

        long began = System.nanoTime();
        cpi.hasDisk("no-such-disk");

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    void gives_up_a_hanging_call_when_its_thread_is_interrupted() throws Exception {
        var rule = cpi.faults().on(CREATE_DISK).inject(new CpiFault.Hang());
        var thrown = new CompletableFuture<Throwable>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                createDisk("key");
            } catch (CpiException e) {
                thrown.complete(e);
            }
        });

        assertThat(rule.awaitStruck(Await.DEADLINE)).isTrue();
        thread.interrupt();

        assertThat(thrown).succeedsWithin(Await.DEADLINE);
        assertThat(((CpiException) thrown.join()).failure().retryable()).isTrue();
    }

    @Test
    void loses_a_vm_and_keeps_its_disks() throws Exception {
        String vm = cpi.createVm(SimulatedVm.request(cpi, nobody(), 0)).cid();
        String disk = createDisk("key");
        cpi.attachDisk(vm, disk);

        cpi.loseVm(vm);

        assertThat(cpi.hasVm(vm)).isFalse();
        assertThat(cpi.hasDisk(disk)).isTrue();
    }

    @Test
    void cuts_the_power_of_a_vm_that_comes_back_when_it_is_rebooted() throws Exception {
        String vm = cpi.createVm(SimulatedVm.request(cpi, nobody(), 0)).cid();

        cpi.cutPower(vm);
        assertThat(cpi.listVms()).noneMatch(VmDescription::isRunning);
        cpi.rebootVm(vm);

        assertThat(cpi.listVms()).allMatch(VmDescription::isRunning).hasSize(1);
    }

    @Test
    void refuses_a_property_that_it_does_not_know_or_whose_value_is_wrong(@TempDir Path other) {
        var factory = new SimulatedCpiFactory();

        assertThatThrownBy(() -> factory.create("uuid", other, Map.of("boot", 1)))
                .hasMessageContaining("'boot' is '1': expected one of boot_milliseconds, call_milliseconds");
        assertThatThrownBy(() -> factory.create("uuid", other, Map.of("boot_milliseconds", "soon")))
                .hasMessageContaining("'boot_milliseconds' is 'soon': expected a whole number");
        assertThatThrownBy(() -> factory.create("uuid", other, Map.of("share_packages", 1)))
                .hasMessageContaining("'share_packages' is '1': expected true or false");
    }

    @Test
    void keeps_a_second_infrastructure_out_of_its_directory(@TempDir Path other) {
        var factory = new SimulatedCpiFactory();
        try (var first = factory.create("uuid", other, Map.of())) {
            assertThat(first.listVms()).isEmpty();
            assertThatThrownBy(() -> factory.create("uuid", other, Map.of())).hasMessageContaining("is open already");
        }
        factory.create("uuid", other, Map.of()).close();
    }

    private String createDisk(String key) {
        return cpi.createDisk(key, DataSize.ofMebibytes(1), Map.of(), Optional.empty());
    }

    private static AgentSettings nobody() {
        return new AgentSettings("i-web-1", List.of("127.0.0.1:1"), "director", "", "", "", "");
    }
}
