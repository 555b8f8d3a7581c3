package io.slipway.cpi.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiFailure.InvalidRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings, trust and logins: what is wrong is named, and a secret never is. */
class ConnectionTest {
    private static SimulatedVcenter vcenter;
    private static SimulatedVcenter stranger;

    @BeforeAll
    static void startVcenters() {
        vcenter = SimulatedVcenter.start();
        stranger = SimulatedVcenter.start();
    }

    @AfterAll
    static void stopVcenters() {
        if (stranger != null) {
            vcenter.close();
            stranger.close();
        }
    }

    private static CpiFailure failureWith(Map<String, Object> more, String... without) {
        var properties = new HashMap<>(vcenter.properties());
        properties.put("patience_seconds", 0);
        properties.putAll(more);
        List.of(without).forEach(properties::remove);
        var thrown = catchThrowableOfType(CpiException.class, () -> {
            try (var cpi = new VsphereCpiFactory().create("director", Path.of("unused"), properties)) {
                cpi.listVms();
            }
        });
        assertThat(thrown).isNotNull();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause)).doesNotContain(vcenter.password(), "wrong-password");
        }
        return thrown.failure();
    }

    @Test
    void speaks_with_no_vcenter_whose_certificate_is_not_trusted() {
        var failure = failureWith(Map.of("connection_options", Map.of("ca_cert", stranger.caPem())));

        assertThat(failure.message()).contains("no answer", "PKIX");
        assertThat(failureWith(Map.of(), "connection_options").message()).contains("PKIX");
    }

    @Test
    void says_that_a_login_is_refused_without_saying_with_what() {
        var failure = failureWith(Map.of("password", "wrong-password"));

        assertThat(failure.message()).contains("'user'", "'password'");
        assertThat(failure.retryable()).isFalse();
    }

    @Test
    void names_a_setting_that_is_missing_unknown_or_wrong() {
        assertThat(failureWith(Map.of(), "host")).isInstanceOf(InvalidRequest.class);
        assertThat(failureWith(Map.of(), "host").message()).contains("cpi property 'host'", "missing");
        assertThat(failureWith(Map.of("passwort", "x")).message()).contains("'passwort'", "password");
        assertThat(failureWith(Map.of("nsxt", Map.of("host", "x"))).message()).contains("'nsxt'", "NSX");
        assertThat(failureWith(Map.of("calls_in_flight", 0)).message()).contains("'calls_in_flight'", "'0'", "from 1");
        assertThat(failureWith(Map.of("http_logging", true)).message()).contains("'http_logging'", "keys");
        assertThat(failureWith(Map.of("connection_options", Map.of("ca_cert", "none")))
                        .message())
                .contains("'connection_options.ca_cert'", "PEM");
        assertThat(failureWith(Map.of("datacenters", List.of(Map.of("name", "DC0", "clusters", List.of()))))
                        .message())
                .contains("'datacenters[0].clusters'", "at least one");
    }

    @Test
    void names_a_data_center_that_does_not_exist() {
        var datacenter = new HashMap<>(SimulatedVcenter.datacenter("DC0_C0"));
        datacenter.put("name", "no-such-dc");

        var failure = failureWith(Map.of("datacenters", List.of(datacenter)));

        assertThat(failure.message()).contains("'datacenters[0].name'", "no-such-dc");
    }

    @Test
    void refuses_by_name_what_it_does_not_do_for_a_vm(@TempDir Path directory) {
        try (var scene = new Scene(vcenter, directory, Map.of())) {
            for (var refused : Map.<String, Object>of(
                            "nsx", Map.of(),
                            "nsxt", Map.of("ns_groups", List.of("web")),
                            "vgpus", List.of("grid"),
                            "pci_passthroughs", List.of(),
                            "device_groups", List.of("gpu"),
                            "colour", "blue")
                    .entrySet()) {
                var thrown = catchThrowableOfType(
                        CpiException.class, () -> scene.newVm(Map.of(refused.getKey(), refused.getValue())));

                assertThat(thrown.failure()).isInstanceOf(InvalidRequest.class);
                assertThat(thrown.failure().message()).contains("'" + refused.getKey() + "'", "expected");
            }
            assertThat(vcenter.machines()).isEmpty();
        }
    }

    @Test
    void answers_a_vcenter_that_is_slow_within_the_deadline(@TempDir Path directory) {
        try (var scene = new Scene(vcenter, directory, Map.of("call_deadline_seconds", 1, "patience_seconds", 0))) {
            scene.stemcell();
            vcenter.network("FindByUuid", "delay", 0, 0, 3000);

            var thrown = catchThrowableOfType(
                    CpiException.class, () -> scene.cpi().hasVm("vm-00000000-0000-8000-8000-000000000000"));

            assertThat(thrown.failure().retryable()).isTrue();
            assertThat(thrown.failure().message()).contains("FindByUuid", "no answer");
        }
    }
}
