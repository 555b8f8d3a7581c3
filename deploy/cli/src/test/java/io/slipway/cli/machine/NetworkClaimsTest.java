package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkClaimsTest {
    private static final List<String> NO_ROUTES = List.of();

    @TempDir
    private Path folder;

    @Test
    void gives_two_installations_two_networks_before_either_has_a_vm() throws IOException {
        Path one = data("one");
        Path two = data("two");

        assertThat(claims().claim(NO_ROUTES, one)).isEqualTo(144);
        assertThat(claims().claim(NO_ROUTES, two)).isEqualTo(145);
        assertThat(claims().claim(NO_ROUTES, one)).isEqualTo(144);
        assertThat(claims().find(NO_ROUTES, data("three"))).isEqualTo(146);
    }

    @Test
    void forgets_who_gave_its_network_back_and_who_is_no_more() throws IOException {
        Path one = data("one");
        Path two = data("two");
        claims().claim(NO_ROUTES, one);
        claims().claim(NO_ROUTES, two);

        claims().release(one);
        assertThat(claims().find(NO_ROUTES, data("three"))).isEqualTo(144);

        Files.delete(two);
        claims().claim(NO_ROUTES, one);
        assertThat(claims().find(NO_ROUTES, data("three"))).isEqualTo(145);
    }

    @Test
    void renews_what_nobody_else_has_taken_since() throws IOException {
        Path one = data("one");
        Path two = data("two");
        claims().renew(150, one);
        claims().renew(150, one);

        assertThatThrownBy(() -> claims().renew(150, two))
                .isInstanceOf(CliException.class)
                .hasMessageContainingAll("10.150.0.0/20", one.toString(), two.toString(), "--purge");
        assertThat(Subnet.ofGateway("10.150.0.1")).contains(150);
        assertThat(Subnet.ofGateway("192.168.0.1")).isEmpty();
    }

    private NetworkClaims claims() {
        return new NetworkClaims(folder.resolve("run"));
    }

    private Path data(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }
}
