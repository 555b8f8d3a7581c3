package io.slipway.secrets.variable;

import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.yaml.Yaml;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Variables of deployments over a database in memory, defined as manifests define them. */
final class Variables implements AutoCloseable {
    private final Database database;
    final VariableStore store;
    final VariableResolver resolver;
    private long task;

    Variables(String name) {
        this(name, CertificatePolicy.NONE);
    }

    Variables(String name, CertificatePolicy policy) {
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", "sa", ""));
        store = new VariableStore(database.jdbi(), new EncryptionKey(new byte[32]));
        resolver = new VariableResolver(store, "slipway", policy, Clock.systemUTC());
    }

    @Override
    public void close() {
        database.close();
    }

    static List<VariableDefinition> defined(String... yaml) {
        var definitions = new ArrayList<VariableDefinition>();
        for (String one : yaml) {
            var tree = Yaml.parseMap(one, "variable");
            @SuppressWarnings("unchecked")
            var options = (Map<String, Object>) tree.getOrDefault("options", Map.of());
            definitions.add(new VariableDefinition(
                            String.valueOf(tree.get("name")), String.valueOf(tree.get("type")), options, "no-overwrite")
                    .withUpdateMode(String.valueOf(tree.getOrDefault("update_mode", "no-overwrite"))));
        }
        return definitions;
    }

    /** As a run of its own. */
    ResolvedVariables resolve(VariableRequest request) {
        return resolver.resolve(request, ++task);
    }

    /** As a deploy does it. */
    Map<String, Object> deploy(String deployment, String... yaml) {
        var resolved = resolve(VariableRequest.newest(deployment, defined(yaml), Set.of()));
        store.use(deployment, resolved.ids());
        return resolved.values();
    }

    /** The one value of a variable of this type with these options. */
    Object value(String type, String options) {
        return Objects.requireNonNull(
                deploy("d", "{name: v" + System.nanoTime() + ", type: " + type + ", options: " + options + "}")
                        .values()
                        .iterator()
                        .next());
    }

    static String field(@Nullable Object value, String name) {
        return String.valueOf(((Map<?, ?>) Objects.requireNonNull(value)).get(name));
    }

    static X509Certificate certificate(@Nullable Object value) {
        return certificate(value, "certificate");
    }

    static X509Certificate certificate(@Nullable Object value, String field) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(field(value, field).getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException broken) {
            throw new AssertionError(broken);
        }
    }

    /** Why a chain, leaf first, does not lead to this root; empty where it does. */
    static Optional<String> doubt(X509Certificate root, X509Certificate... chain) throws Exception {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        try {
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(chain)), parameters);
            return Optional.empty();
        } catch (java.security.cert.CertPathValidatorException doubtful) {
            return Optional.of(String.valueOf(doubtful.getMessage()));
        }
    }
}
