package io.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.kubernetes.PlansFile.InvalidPlans;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlansFileTest {
    private static final String VALID = """
            cluster_defaults: {network: default, release_version: latest, stemcell_os: debian-bookworm,
              stemcell_version: latest, pod_cidr: 10.200.0.0/16, service_cidr: 10.100.200.0/24}
            plans:
            - name: small
              description: One of each
              masters: {instances: 1, vm_type: medium, persistent_disk_type: small, azs: [z1]}
              workers: {instances: 1, maximum: 5, vm_type: medium, azs: [z1]}
            """;

    @Test
    void reads_the_plans_that_come_with_slipway() {
        Plans plans = PlansFile.parse(PlansFile.readCanonical(Path.of("../../deploy/configs/plans.yml")));

        assertThat(plans.names()).containsExactly("small", "production");
        assertThat(plans.find("small").orElseThrow().masters().instances()).isEqualTo(1);
        assertThat(plans.find("small").orElseThrow().workers().instances()).isEqualTo(1);
        assertThat(plans.find("production").orElseThrow().masters().instances()).isEqualTo(3);
        assertThat(plans.find("production").orElseThrow().workers().instances()).isEqualTo(3);
    }

    @Test
    void offers_no_plan_that_is_not_active() {
        Plans plans = PlansFile.parse(VALID.replace("name: small", "name: small\n  active: false"));

        assertThat(plans.active()).isEmpty();
        assertThat(plans.find("small")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "masters: {instances: 1 | masters: {instances: 2 | plans[small].masters.instances must be 1, 3 or 5, so that etcd has a majority, not 2",
                "vm_type: medium, azs | vm_typ: medium, azs | plans[small].workers.vm_typ is unknown: known are instances, maximum, vm_type, azs",
                "maximum: 5 | maximum: 0 | plans[small].workers.instances must be from 1 to the maximum 0, not 1",
                "persistent_disk_type: small | persistent_disk_type: '' | plans[small].masters.persistent_disk_type is missing",
                "azs: [z1]}  | azs: []}  | plans[small].masters.azs must be a list with at least one entry",
                "10.200.0.0/16 | 10.200.0.0 | cluster_defaults.pod_cidr: '10.200.0.0' is not an IPv4 range such as 10.200.0.0/16",
                "description: One of each | active: 1 | plans[small].description is missing",
            })
    void says_what_is_wrong_and_where(String right, String wrong, String message) {
        assertThatThrownBy(() -> PlansFile.parse(VALID.replaceFirst(java.util.regex.Pattern.quote(right), wrong)))
                .isInstanceOf(InvalidPlans.class)
                .hasMessage(message);
    }

    @Test
    void refuses_two_plans_of_one_name() {
        String twice = VALID + VALID.substring(VALID.indexOf("- name"));

        assertThatThrownBy(() -> PlansFile.parse(twice)).hasMessage("plans: there are two plans named 'small'");
    }

    @Test
    void names_the_file_that_is_wrong() {
        assertThatThrownBy(() -> PlansFile.readCanonical(Path.of("nowhere.yml")))
                .hasMessageContaining("nowhere.yml cannot be read");
    }
}
