package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.cpi.CpiFailure.InvalidRequest;
import io.slipway.cpi.CpiFailure.VmNotFound;
import io.slipway.cpi.CreatedVm;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.VmResources;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** VMs: made once for an agent id, found by it, and gone when deleted. */
public interface VmContract extends Contract {

    @Test
    default void knows_no_vm_at_first() {
        assertThat(it().cpi().listVms()).isEmpty();
        assertThat(it().cpi().findVm(it().newAgentId())).isEmpty();
        assertThat(it().cpi().hasVm("no-such-vm")).isFalse();
    }

    @Test
    default void makes_a_vm_that_is_found_by_cid_by_agent_id_and_in_the_list() {
        var request = it().request(it().newAgentId());

        var created = it().cpi().createVm(request);

        assertThat(created.networks()).isEqualTo(request.networks());
        assertThat(it().cpi().hasVm(created.cid())).isTrue();
        VmDescription found = it().cpi().findVm(request.agentId()).orElseThrow();
        assertThat(found.cid()).isEqualTo(created.cid());
        assertThat(found.agentId()).isEqualTo(request.agentId());
        assertThat(found.isRunning()).isTrue();
        assertThat(found.networks().stream().map(VmNetwork::ip))
                .containsExactly(request.networks().getFirst().ip());
        assertThat(found.metadata()).containsAllEntriesOf(request.metadata());
        assertThat(it().cpi().listVms()).containsExactly(found);
    }

    @Test
    default void tells_the_agent_who_it_is() throws Exception {
        var request = it().request(it().newAgentId());
        String cid = it().cpi().createVm(request).cid();
        var inside = it().fixture().inside(cid);
        assumeTrue(inside.isPresent(), "VMs of this infrastructure cannot be looked into");

        byte[] expected = request.settings().toJson().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] settings = inside.get().read("/var/vcap/bosh/agent-settings.json", expected.length);

        assertThat(settings).isEqualTo(expected);
    }

    @Test
    default void makes_one_vm_for_an_agent_id_however_often_it_is_asked() {
        var request = it().request(it().newAgentId());

        CreatedVm first = it().cpi().createVm(request);
        CreatedVm second = it().cpi().createVm(request);

        assertThat(second).isEqualTo(first);
        assertThat(it().listedCids()).containsExactly(first.cid());
    }

    @Test
    default void makes_one_vm_for_an_agent_id_that_many_ask_for_at_once() throws Exception {
        var request = it().request(it().newAgentId());

        var cids = CpiUnderTest.together(6, () -> it().cpi().createVm(request).cid());

        assertThat(new HashSet<>(cids)).hasSize(1);
        assertThat(it().listedCids()).containsExactly(cids.getFirst());
        assertThat(it().cpi().findVm(request.agentId()))
                .map(VmDescription::isRunning)
                .contains(true);
    }

    @Test
    default void makes_and_deletes_different_vms_at_once() throws Exception {
        String leaving = it().newVm();
        var requests = List.of(it().request(it().newAgentId()), it().request(it().newAgentId()));
        var calls = new ArrayList<Callable<String>>();
        calls.add(() -> {
            it().cpi().deleteVm(leaving);
            return "";
        });
        requests.forEach(request -> calls.add(() -> it().cpi().createVm(request).cid()));

        var answers = CpiUnderTest.together(calls);

        assertThat(it().listedCids()).containsExactlyInAnyOrder(answers.get(1), answers.get(2));
    }

    @Test
    default void makes_different_vms_for_different_agent_ids() {
        String first = it().newVm();
        String second = it().newVm();

        assertThat(first).isNotEqualTo(second);
        assertThat(it().listedCids()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    default void deletes_a_vm_once_and_takes_its_absence_for_success() {
        var request = it().request(it().newAgentId());
        String cid = it().cpi().createVm(request).cid();

        it().cpi().deleteVm(cid);

        assertThat(it().cpi().hasVm(cid)).isFalse();
        assertThat(it().cpi().findVm(request.agentId())).isEmpty();
        assertThat(it().cpi().listVms()).isEmpty();
        assertThatCode(() -> it().cpi().deleteVm(cid)).doesNotThrowAnyException();
        assertThatCode(() -> it().cpi().deleteVm("no-such-vm")).doesNotThrowAnyException();
    }

    @Test
    default void deletes_a_vm_that_many_delete_at_once() throws Exception {
        String cid = it().newVm();

        CpiUnderTest.together(4, () -> {
            it().cpi().deleteVm(cid);
            return "";
        });

        assertThat(it().cpi().listVms()).isEmpty();
    }

    @Test
    default void makes_a_vm_anew_for_an_agent_id_whose_vm_was_deleted() {
        var request = it().request(it().newAgentId());
        it().cpi().deleteVm(it().cpi().createVm(request).cid());

        String cid = it().cpi().createVm(request).cid();

        assertThat(it().listedCids()).containsExactly(cid);
        assertThat(it().cpi().findVm(request.agentId()))
                .map(VmDescription::isRunning)
                .contains(true);
    }

    @Test
    default void replaces_the_metadata_of_a_vm() {
        var request = it().request(it().newAgentId());
        String cid = it().cpi().createVm(request).cid();

        it().cpi().setVmMetadata(cid, Map.of("deployment", "other", "name", "web/0"));

        assertThat(it().cpi().findVm(request.agentId()).orElseThrow().metadata())
                .isEqualTo(Map.of("deployment", "other", "name", "web/0"));
    }

    @Test
    default void says_that_a_vm_whose_metadata_is_set_does_not_exist() {
        String gone = it().newVm();
        it().cpi().deleteVm(gone);

        assertThat(failureOf(() -> it().cpi().setVmMetadata(gone, Map.of()))).isEqualTo(new VmNotFound(gone));
    }

    @Test
    default void takes_the_cloud_properties_that_it_calculated() {
        var properties = it().cpi()
                .calculateVmCloudProperties(new VmResources(1, DataSize.ofMebibytes(256), DataSize.ofMebibytes(1024)));

        var created = it().cpi().createVm(with(it().request(it().newAgentId()), properties));

        assertThat(it().cpi().hasVm(created.cid())).isTrue();
    }

    @Test
    default void names_the_cloud_property_whose_value_is_wrong_and_makes_nothing() {
        var wrong = it().fixture().wrongVmProperty();
        assumeTrue(wrong.isPresent(), "this CPI looks at no cloud property");
        var properties = Map.of(wrong.get().getKey(), wrong.get().getValue());

        var failure = failureOf(() -> it().cpi().createVm(with(it().request(it().newAgentId()), properties)));

        assertThat(failure).isInstanceOf(InvalidRequest.class);
        assertThat(failure.message())
                .contains(wrong.get().getKey(), String.valueOf(wrong.get().getValue()), "expected");
        assertThat(failure.retryable()).isFalse();
        assertThat(it().cpi().listVms()).isEmpty();
    }

    private static VmRequest with(VmRequest request, Map<String, Object> cloudProperties) {
        return new VmRequest(
                request.agentId(),
                request.stemcellCid(),
                cloudProperties,
                request.networks(),
                request.diskCids(),
                request.settings(),
                request.metadata());
    }
}
