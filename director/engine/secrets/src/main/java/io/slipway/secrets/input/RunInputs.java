package io.slipway.secrets.input;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.model.link.SharedLink;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Conflicts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What runs read once and go by, also when they begin again, where it may be secret or might vanish meanwhile: links of
 * other deployments, sealed with the operator's key, and versions of variables. Calls block.
 */
public final class RunInputs {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, List<SharedLink>>> LINKS = new TypeReference<>() {};

    private final Jdbi jdbi;
    private final EncryptionKey key;

    public RunInputs(Jdbi jdbi, EncryptionKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /** The links that were kept for a run, by deployment; empty where it did not come to that. */
    public Optional<Map<String, List<SharedLink>>> links(String deployment, long task) {
        return jdbi.withHandle(handle -> find(handle, deployment, task));
    }

    private Optional<Map<String, List<SharedLink>>> find(Handle handle, String deployment, long task) {
        return handle.createQuery("SELECT sealed FROM run_inputs WHERE deployment = :deployment AND task = :task")
                .bind("deployment", deployment)
                .bind("task", task)
                .map((found, context) -> opened(found.getBytes(1), deployment, task))
                .findOne();
    }

    /** Keeps these links for a run, unless there are some already; returns those that count, which are the first. */
    public Map<String, List<SharedLink>> keepLinks(String deployment, long task, Map<String, List<SharedLink>> links) {
        return Conflicts.retried(jdbi, handle -> find(handle, deployment, task).orElseGet(() -> {
            handle.execute(
                    "INSERT INTO run_inputs (deployment, task, sealed) VALUES (?, ?, ?)",
                    deployment,
                    task,
                    sealed(links, deployment, task));
            return links;
        }));
    }

    /** These versions of variables stay, whatever else is deployed meanwhile. Done twice, it does no harm. */
    public void holdVariables(long task, Collection<Long> ids) {
        Conflicts.retried(jdbi, handle -> {
            handle.execute("DELETE FROM run_variables WHERE task = ?", task);
            for (long id : Set.copyOf(ids)) {
                handle.execute("INSERT INTO run_variables (task, value_id) VALUES (?, ?)", task, id);
            }
            return ids;
        });
    }

    /** The run is over. */
    public void forget(String deployment, long task) {
        jdbi.useTransaction(handle -> {
            handle.execute("DELETE FROM run_inputs WHERE deployment = ? AND task = ?", deployment, task);
            handle.execute("DELETE FROM run_variables WHERE task = ?", task);
        });
    }

    private byte[] sealed(Map<String, List<SharedLink>> links, String deployment, long task) {
        try {
            return key.seal(JSON.writeValueAsBytes(links), context(deployment, task));
        } catch (IOException notPlain) {
            throw new UncheckedIOException("links of task " + task + " are not plain", notPlain);
        }
    }

    private Map<String, List<SharedLink>> opened(byte[] sealed, String deployment, long task) {
        try {
            return JSON.readValue(key.open(sealed, context(deployment, task)), LINKS);
        } catch (IOException broken) {
            throw new UncheckedIOException("the links of task " + task + " do not parse", broken);
        }
    }

    private static String context(String deployment, long task) {
        return "links of run " + deployment + "/" + task;
    }
}
