package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static io.slipway.cpi.conformance.CpiUnderTest.newAgentId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CreatedVm;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.VmResources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** VMs: one for each agent id, found again by it, and gone without a trace when deleted. */
interface VmContract extends Contract {

    @Test
    default void makes_a_vm_that_runs_and_is_found_by_its_agent_id() {
        var request = underTest().request(newAgentId());

        var vm = cpi().createVm(request);

        assertThat(vm.cid()).isNotBlank();
        assertThat(vm.networks()).isEqualTo(request.networks());
        assertThat(cpi().hasVm(vm.cid())).isTrue();
        var expected = new VmDescription(vm.cid(), request.agentId(), true, request.networks(), request.metadata());
        assertThat(cpi().findVm(request.agentId())).contains(expected);
        assertThat(cpi().listVms()).containsExactly(expected);
    }

    @Test
    default void makes_one_vm_of_two_requests_with_the_same_agent_id() {
        var request = underTest().request(newAgentId());

        var first = cpi().createVm(request);
        var second = cpi().createVm(request);

        assertThat(second).isEqualTo(first);
        assertThat(cpi().listVms()).hasSize(1);
    }

    @Test
    default void makes_one_vm_of_concurrent_requests_with_the_same_agent_id() throws Exception {
        var request = underTest().request(newAgentId());
        var made = new ArrayList<Future<CreatedVm>>();

        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                made.add(threads.submit(() -> cpi().createVm(request)));
            }
        }

        for (Future<CreatedVm> one : made) {
            assertThat(one.get()).isEqualTo(made.getFirst().get());
        }
        assertThat(cpi().listVms()).hasSize(1);
    }

    @Test
    default void makes_vms_of_different_agents_at_the_same_time() throws Exception {
        var requests = new ArrayList<VmRequest>();
        for (int i = 0; i < 4; i++) {
            requests.add(underTest().request(newAgentId()));
        }
        var made = new ArrayList<Future<CreatedVm>>();

        try (var threads = Executors.newFixedThreadPool(requests.size())) {
            requests.forEach(request -> made.add(threads.submit(() -> cpi().createVm(request))));
        }

        var agents = new HashMap<String, String>();
        for (int i = 0; i < requests.size(); i++) {
            agents.put(made.get(i).get().cid(), requests.get(i).agentId());
        }
        var listed = new HashMap<String, String>();
        cpi().listVms().forEach(vm -> listed.put(vm.cid(), vm.agentId()));
        assertThat(listed).hasSize(requests.size()).isEqualTo(agents);
    }

    @Test
    default void forgets_a_vm_that_is_deleted_and_leaves_others_alone() {
        var request = underTest().request(newAgentId());
        var doomed = cpi().createVm(request);
        var other = underTest().newVm();

        cpi().deleteVm(doomed.cid());

        assertThat(cpi().hasVm(doomed.cid())).isFalse();
        assertThat(cpi().findVm(request.agentId())).isEmpty();
        assertThat(cpi().listVms()).extracting(VmDescription::cid).containsExactly(other.cid());
    }

    @Test
    default void makes_a_vm_anew_after_its_deletion() {
        var request = underTest().request(newAgentId());
        cpi().deleteVm(cpi().createVm(request).cid());

        var again = cpi().createVm(request);

        assertThat(cpi().findVm(request.agentId()))
                .hasValueSatisfying(vm -> assertThat(vm.isRunning()).isTrue());
        assertThat(cpi().hasVm(again.cid())).isTrue();
    }

    @Test
    default void takes_the_deletion_of_an_absent_vm_for_success() {
        var vm = underTest().newVm();
        cpi().deleteVm(vm.cid());

        assertThatCode(() -> {
                    cpi().deleteVm(vm.cid());
                    cpi().deleteVm("../no such vm");
                })
                .doesNotThrowAnyException();
    }

    @Test
    default void does_not_find_what_it_never_made() {
        assertThat(cpi().hasVm("../no such vm")).isFalse();
        assertThat(cpi().findVm(newAgentId())).isEmpty();
        assertThat(cpi().listVms()).isEmpty();
    }

    @Test
    default void reboots_a_vm_and_keeps_what_it_is() {
        var request = underTest().request(newAgentId());
        var vm = cpi().createVm(request);
        var before = cpi().findVm(request.agentId());

        cpi().rebootVm(vm.cid());

        assertThat(cpi().findVm(request.agentId())).isEqualTo(before);
    }

    @Test
    default void says_that_a_vm_to_reboot_is_absent() {
        assertThat(failureOf(() -> cpi().rebootVm("vm-absent"))).isEqualTo(new CpiFailure.VmNotFound("vm-absent"));
    }

    @Test
    default void replaces_a_vms_metadata() {
        var request = underTest().request(newAgentId());
        var vm = cpi().createVm(request);

        cpi().setVmMetadata(vm.cid(), Map.of("job", "worker", "text", "with \"quotes\" and ü"));

        assertThat(cpi().findVm(request.agentId())).hasValueSatisfying(found -> assertThat(found.metadata())
                .isEqualTo(Map.of("job", "worker", "text", "with \"quotes\" and ü")));
    }

    @Test
    default void says_that_a_vm_to_be_tagged_is_absent() {
        assertThat(failureOf(() -> cpi().setVmMetadata("vm-absent", Map.of("a", "b"))))
                .isEqualTo(new CpiFailure.VmNotFound("vm-absent"));
    }

    @Test
    default void makes_no_vm_of_an_unknown_stemcell() {
        var network = underTest().settings().networks().apply(0);
        var request = underTest().request(newAgentId(), "stemcell-absent", network);

        assertThat(failureOf(() -> cpi().createVm(request)))
                .isEqualTo(new CpiFailure.StemcellNotFound("stemcell-absent"));
        assertThat(cpi().findVm(request.agentId())).isEmpty();
    }

    @Test
    default void makes_no_vm_with_an_address_that_is_none() {
        for (String address : List.of("", "10.1.2", "10.1.2.256", "somewhere")) {
            var network = new VmNetwork(
                    "default", "manual", address, 24, "10.1.2.1", List.of(), List.of("dns", "gateway"), Map.of());
            var request = underTest().request(newAgentId(), underTest().stemcell(), network);

            assertThat(failureOf(() -> cpi().createVm(request))).isInstanceOf(CpiFailure.InvalidRequest.class);
        }

        assertThat(cpi().listVms()).isEmpty();
    }

    @Test
    default void makes_a_vm_of_the_cloud_properties_that_it_calculates() {
        var calculated = cpi().calculateVmCloudProperties(
                        new VmResources(1, DataSize.ofMebibytes(256), DataSize.ofMebibytes(1024)));
        var plain = underTest().request(newAgentId());

        var vm = cpi().createVm(new VmRequest(
                plain.agentId(),
                plain.stemcellCid(),
                calculated,
                plain.networks(),
                plain.diskCids(),
                plain.settings(),
                plain.metadata()));

        assertThat(calculated).isNotEmpty();
        assertThat(cpi().hasVm(vm.cid())).isTrue();
    }
}
