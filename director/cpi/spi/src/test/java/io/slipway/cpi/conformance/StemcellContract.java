package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.cpi.CpiFailure.StemcellNotFound;
import org.junit.jupiter.api.Test;

/** What a CPI is, and what VMs are made of. */
public interface StemcellContract extends Contract {

    @Test
    default void says_what_it_is() {
        var info = it().cpi().info();

        assertThat(info.name()).isEqualTo(it().fixture().factory().name());
        assertThat(info.stemcellFormats()).isNotEmpty().doesNotContain("");
        assertThat(info.apiVersion()).isBetween(1, 2);
    }

    @Test
    default void imports_the_same_image_twice_without_harm() {
        var properties = it().fixture().stemcellProperties();

        String first = it().cpi().createStemcell(it().stemcellImage(), properties);
        String second = it().cpi().createStemcell(it().stemcellImage(), properties);

        assertThat(first).isNotBlank();
        assertThat(second).isNotBlank();
        assertThat(it().makesVmOf(second)).isTrue();
    }

    @Test
    default void imports_the_same_image_many_times_at_once() throws Exception {
        var properties = it().fixture().stemcellProperties();

        var cids = CpiUnderTest.together(4, () -> it().cpi().createStemcell(it().stemcellImage(), properties));

        for (String cid : cids) {
            assertThat(it().makesVmOf(cid)).isTrue();
        }
    }

    @Test
    default void deletes_a_stemcell_once_and_takes_its_absence_for_success() {
        String stemcell = it().stemcell();

        it().cpi().deleteStemcell(stemcell);

        assertThatCode(() -> it().cpi().deleteStemcell(stemcell)).doesNotThrowAnyException();
        assertThatCode(() -> it().cpi().deleteStemcell("no-such-stemcell")).doesNotThrowAnyException();
    }

    @Test
    default void imports_a_stemcell_anew_after_it_was_deleted() {
        it().cpi().deleteStemcell(it().stemcell());

        String again =
                it().cpi().createStemcell(it().stemcellImage(), it().fixture().stemcellProperties());

        assertThat(it().makesVmOf(again)).isTrue();
    }

    @Test
    default void makes_no_vm_of_a_stemcell_that_is_not_there() {
        String stemcell = it().stemcell();
        var request = it().request(it().newAgentId());
        it().cpi().deleteStemcell(stemcell);

        var failure = failureOf(() -> it().cpi().createVm(request));

        assertThat(failure).isEqualTo(new StemcellNotFound(stemcell));
        assertThat(failure.retryable()).isFalse();
        assertThat(it().cpi().findVm(request.agentId())).isEmpty();
        assertThat(it().cpi().listVms()).isEmpty();
    }

    @Test
    default void makes_no_vm_of_a_cid_that_never_was() {
        var wrong = it().request(it().newAgentId(), "no-such-stemcell");

        var failure = failureOf(() -> it().cpi().createVm(wrong));

        assertThat(failure).isEqualTo(new StemcellNotFound("no-such-stemcell"));
        assertThat(it().cpi().listVms()).isEmpty();
    }
}
