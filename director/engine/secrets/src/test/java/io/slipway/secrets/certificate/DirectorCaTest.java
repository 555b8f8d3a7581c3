package io.slipway.secrets.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorCaTest {
    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
    private DirectorCa ca;

    @BeforeEach
    void makeCa(@TempDir Path folder) throws Exception {
        ca = DirectorCa.loadOrCreate(database.jdbi(), folder, new EncryptionKey(new byte[32]), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void renews_an_agents_certificate_for_its_new_key_under_the_id_that_it_proved() throws Exception {
        var keys = KeyKind.P256.pair();

        var renewed = parsed(ca.renewAgent("i-1-2", request("CN=somebody else", keys, keys)));

        assertThat(renewed.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(renewed.getSubjectX500Principal().getName()).isEqualTo("CN=i-1-2");
        assertThat(renewed.getSubjectAlternativeNames()).containsExactly(List.of(6, "slipway:agent:i-1-2"));
        renewed.verify(parsed(ca.caPem()).getPublicKey());
    }

    @Test
    void refuses_a_request_that_its_own_key_did_not_sign() throws Exception {
        byte[] stolen = request("CN=i-1-2", KeyKind.P256.pair(), KeyKind.P256.pair());

        assertThatThrownBy(() -> ca.renewAgent("i-1-2", stolen))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("own key");
    }

    @Test
    void refuses_what_is_no_request() {
        assertThatThrownBy(() -> ca.renewAgent("i-1-2", new byte[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] request(String subject, KeyPair keys, KeyPair signing) throws Exception {
        return new JcaPKCS10CertificationRequestBuilder(new X500Principal(subject), keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signing.getPrivate()))
                .getEncoded();
    }

    private static X509Certificate parsed(String pem) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
