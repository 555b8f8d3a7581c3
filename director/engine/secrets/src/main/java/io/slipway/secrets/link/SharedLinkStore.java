package io.slipway.secrets.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.model.link.SharedLink;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Conflicts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Links that deployments share, as they were when their deploys ended well, and those that deployments took from others.
 * Contents are sealed with the operator's key, since their properties may be secret.
 */
public final class SharedLinkStore {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> CONTENT = new TypeReference<>() {};
    private static final String SHARED = "shared";
    private static final String TAKEN = "taken";

    private final Jdbi jdbi;
    private final EncryptionKey key;

    public SharedLinkStore(Jdbi jdbi, EncryptionKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /** What a deployment shares; empty where there is no such deployment. */
    public Optional<List<SharedLink>> sharedBy(String deployment) {
        return jdbi.withHandle(handle -> {
            boolean isKnown = handle.createQuery("SELECT COUNT(*) FROM deployments WHERE name = :name")
                            .bind("name", deployment)
                            .mapTo(Integer.class)
                            .one()
                    > 0;
            return isKnown ? Optional.of(list(handle, deployment, SHARED)) : Optional.empty();
        });
    }

    /** What a deployment took from others by its last deploy. */
    public List<SharedLink> takenBy(String deployment) {
        return jdbi.withHandle(handle -> list(handle, deployment, TAKEN));
    }

    /** Names of the deployments that took something from a deployment. */
    public List<String> takersFrom(String deployment) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT DISTINCT keeper FROM deployment_links"
                        + " WHERE role = 'taken' AND deployment = :of ORDER BY keeper")
                .bind("of", deployment)
                .mapTo(String.class)
                .list());
    }

    /** Puts a deployment's links in the place of those that it had; done twice, it does no harm. */
    public void replace(String deployment, List<SharedLink> shared, List<SharedLink> taken) {
        Conflicts.retried(jdbi, handle -> {
            handle.execute("DELETE FROM deployment_links WHERE keeper = ?", deployment);
            return insert(handle, deployment, SHARED, shared) + insert(handle, deployment, TAKEN, taken);
        });
    }

    public void forget(String deployment) {
        replace(deployment, List.of(), List.of());
    }

    private int insert(Handle handle, String keeper, String role, List<SharedLink> links) {
        int place = 0;
        for (SharedLink link : links) {
            handle.execute(
                    "INSERT INTO deployment_links (keeper, role, place, deployment, name, type, sealed)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    keeper,
                    role,
                    place++,
                    link.deployment(),
                    link.name(),
                    link.type(),
                    sealed(link));
        }
        return place;
    }

    private List<SharedLink> list(Handle handle, String keeper, String role) {
        return handle.createQuery("SELECT deployment, name, type, sealed FROM deployment_links"
                        + " WHERE keeper = :keeper AND role = :role ORDER BY place")
                .bind("keeper", keeper)
                .bind("role", role)
                .map((found, context) -> {
                    String deployment = found.getString(1);
                    String name = found.getString(2);
                    return new SharedLink(
                            deployment, name, found.getString(3), opened(deployment, name, found.getBytes(4)));
                })
                .list();
    }

    private byte[] sealed(SharedLink link) {
        try {
            return key.seal(JSON.writeValueAsBytes(link.content()), context(link.deployment(), link.name()));
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("the content of link '" + link.name() + "' is not plain", notPlain);
        }
    }

    private Map<String, Object> opened(String deployment, String name, byte[] sealed) {
        try {
            return JSON.readValue(key.open(sealed, context(deployment, name)), CONTENT);
        } catch (IOException broken) {
            throw new UncheckedIOException("the content of link '" + name + "' does not parse", broken);
        }
    }

    private static String context(String deployment, String name) {
        return "link " + deployment + "/" + name;
    }
}
