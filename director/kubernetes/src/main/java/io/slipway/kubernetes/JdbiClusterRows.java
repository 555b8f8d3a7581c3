package io.slipway.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.RequestRefused;
import io.slipway.store.Conflicts;
import io.slipway.store.StateRows;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;

/** Rows of clusters in the director's database, H2 or PostgreSQL. */
public final class JdbiClusterRows implements ClusterRows {
    private static final int NUMBERS = 255;

    private static final RowMapper<Claim> CLAIM =
            (row, context) -> new Claim(row.getString("name"), row.getString("uuid"), row.getInt("number"));

    private final Jdbi jdbi;
    private final StateRows states;
    private final ObjectMapper json = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** With the tables of migration V20. */
    public JdbiClusterRows(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.states = new StateRows(jdbi);
    }

    @Override
    public Claim claim(String name, String uuid) {
        // Somebody else may take the name or the number in between.
        return Conflicts.retried(jdbi, handle -> claim(handle, name, uuid));
    }

    private static Claim claim(Handle handle, String name, String uuid) {
        Optional<Claim> present = handle.createQuery("SELECT name, uuid, number FROM cluster_names WHERE name = :name")
                .bind("name", name)
                .map(CLAIM)
                .findOne();
        if (present.isPresent()) {
            return present.get();
        }
        Set<Integer> taken = new HashSet<>(handle.createQuery("SELECT number FROM cluster_names")
                .mapTo(Integer.class)
                .list());
        int number = 1;
        while (taken.contains(number)) {
            number++;
        }
        if (number > NUMBERS) {
            throw RequestRefused.conflict(
                    ClusterRules.TOO_MANY,
                    "there are " + NUMBERS + " clusters, which is as many as one director can tell apart: delete one");
        }
        handle.createUpdate("INSERT INTO cluster_names (name, uuid, number) VALUES (:name, :uuid, :number)")
                .bind("name", name)
                .bind("uuid", uuid)
                .bind("number", number)
                .execute();
        return new Claim(name, uuid, number);
    }

    @Override
    public List<Claim> claims() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT name, uuid, number FROM cluster_names ORDER BY name")
                        .map(CLAIM)
                        .list());
    }

    @Override
    public void write(Cluster cluster, long version) {
        String content = written(cluster);
        Conflicts.retried(jdbi, handle -> {
            boolean isPresent = handle.createQuery("SELECT version FROM clusters WHERE uuid = :uuid FOR UPDATE")
                    .bind("uuid", cluster.uuid())
                    .mapTo(Long.class)
                    .findOne()
                    .isPresent();
            String statement = isPresent
                    ? "UPDATE clusters SET name = :name, version = :version, content = :content "
                            + "WHERE uuid = :uuid AND version <= :version"
                    : "INSERT INTO clusters (uuid, name, version, content) VALUES (:uuid, :name, :version, :content)";
            return handle.createUpdate(statement)
                    .bind("uuid", cluster.uuid())
                    .bind("name", cluster.name())
                    .bind("version", version)
                    .bind("content", content)
                    .execute();
        });
    }

    @Override
    public void forget(String uuid) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("DELETE FROM clusters WHERE uuid = :uuid")
                    .bind("uuid", uuid)
                    .execute();
            handle.createUpdate("DELETE FROM cluster_names WHERE uuid = :uuid")
                    .bind("uuid", uuid)
                    .execute();
        });
    }

    @Override
    public void forgetJournal(String uuid) {
        states.forgetJournal(ClusterEntity.KEY.name(), uuid);
    }

    @Override
    public List<String> journals() {
        return states.journalsOf(ClusterEntity.KEY.name());
    }

    @Override
    public List<Cluster> list() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT content FROM clusters ORDER BY name")
                .mapTo(String.class)
                .map(this::read)
                .list());
    }

    @Override
    public Optional<Cluster> find(String name) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT content FROM clusters WHERE name = :name")
                .bind("name", name)
                .mapTo(String.class)
                .map(this::read)
                .findOne());
    }

    private String written(Cluster cluster) {
        try {
            return json.writeValueAsString(cluster);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private Cluster read(String content) {
        try {
            return json.readValue(content, Cluster.class);
        } catch (JsonProcessingException corrupt) {
            throw new UncheckedIOException(corrupt);
        }
    }
}
