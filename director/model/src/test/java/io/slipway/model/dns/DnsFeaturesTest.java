package io.slipway.model.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problems;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DnsFeaturesTest {
    @Test
    void are_off_unless_the_manifest_says_so() {
        assertThat(DnsFeatures.parse(Map.of())).isEqualTo(DnsFeatures.NONE);
        assertThat(DnsFeatures.parse(Map.of("use_dns_addresses", true))).isEqualTo(new DnsFeatures(true, false, false));
    }

    @Test
    void link_names_imply_the_others_and_do_not_go_without_them() {
        assertThat(DnsFeatures.parse(Map.of("use_link_dns_names", true))).isEqualTo(new DnsFeatures(true, true, true));
        assertThatThrownBy(
                        () -> DnsFeatures.parse(Map.of("use_link_dns_names", true, "use_short_dns_addresses", false)))
                .isInstanceOfSatisfying(InvalidInput.class, refused -> assertThat(
                                refused.problems().getFirst().code())
                        .isEqualTo(ErrorCodes.INCOMPATIBLE_FEATURES));
    }

    @Test
    void are_nothing_but_true_or_false() {
        assertThatThrownBy(() -> DnsFeatures.parse(Map.of("use_dns_addresses", "yes")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("use_dns_addresses")
                .hasMessageContaining("yes");
    }

    @Test
    void names_of_which_no_dns_name_can_be_made_are_refused() {
        var problems = new Problems();
        DnsLabel.check("-web", "instance_groups.-web.name", problems);
        DnsLabel.check("web_", "a", problems);
        DnsLabel.check("!", "b", problems);
        DnsLabel.check("web_1", "c", problems);

        assertThat(problems.all()).hasSize(3).allSatisfy(problem -> assertThat(problem.code())
                .isEqualTo(ErrorCodes.DNS_INVALID_NAME));
    }
}
