package io.slipway.agent.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.kit.TestAuthority;
import io.slipway.protocol.agent.v1.CertificateRenewal;
import io.slipway.protocol.agent.v1.CertificateRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenewableIdentityTest {
    private final TestAuthority authority = new TestAuthority();
    private final List<String> kept = new ArrayList<>();

    @Test
    void asks_when_two_thirds_of_its_life_are_over() throws Exception {
        // It began five minutes ago, so that of fifteen minutes ten are over in five.
        assertThat(identity(Duration.ofMinutes(10), Duration.ofMinutes(4)).request())
                .isEmpty();
        assertThat(identity(Duration.ofMinutes(10), Duration.ofMinutes(6)).request())
                .isPresent();
    }

    @Test
    void becomes_what_was_signed_and_keeps_it() throws Exception {
        var identity = due();
        var before = identity.get();

        assertThat(identity.accept(signed(identity.request().orElseThrow()))).isTrue();

        assertThat(identity.get().end()).isAfter(before.end());
        assertThat(identity.get().authorities()).isSameAs(before.authorities());
        assertThat(kept).hasSize(3);
        assertThat(Identity.ofPem(Authorities.ofPem(kept.get(0)), kept.get(1), kept.get(2))
                        .certificate())
                .isEqualTo(identity.get().certificate());
    }

    @Test
    void an_answer_to_an_older_request_or_to_none_changes_nothing() throws Exception {
        var identity = due();
        var older = signed(identity.request().orElseThrow());
        identity.request();

        assertThat(identity.accept(older)).isFalse();
        assertThat(due().accept(older)).isFalse();
        assertThat(kept).isEmpty();
    }

    @Test
    void stays_what_it_is_where_the_new_one_cannot_be_kept_or_read() throws Exception {
        var before = current(Duration.ofMinutes(1));
        var identity = new RenewableIdentity(
                "vm-1",
                before,
                (ca, certificate, key) -> {
                    throw new IOException("the disk is full");
                },
                Clock.systemUTC());
        var answer = signed(identity.request().orElseThrow());

        assertThat(identity.accept(answer)).isFalse();
        assertThat(identity.accept(answer.toBuilder().setCertificatePem("?").build()))
                .isFalse();
        assertThat(identity.get()).isSameAs(before);
    }

    private RenewableIdentity due() throws IOException {
        return identity(Duration.ofMinutes(1), Duration.ZERO);
    }

    private RenewableIdentity identity(Duration left, Duration later) throws IOException {
        return new RenewableIdentity(
                "vm-1",
                current(left),
                (ca, certificate, key) -> kept.addAll(List.of(ca, certificate, key)),
                Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC));
    }

    private Identity current(Duration left) throws IOException {
        return Identity.ofPem(
                Authorities.ofPem(authority.pem()), authority.certificatePem("vm-1", left), authority.leafKeyPem());
    }

    private CertificateRenewal signed(CertificateRequest request) {
        return CertificateRenewal.newBuilder()
                .setCaPem(authority.pem())
                .setCertificatePem(authority.renewed(request.getPkcs10Der().toByteArray()))
                .build();
    }
}
