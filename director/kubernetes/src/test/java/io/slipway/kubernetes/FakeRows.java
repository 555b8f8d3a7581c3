package io.slipway.kubernetes;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Rows of clusters in memory. */
final class FakeRows implements ClusterRows {
    private final Map<String, Claim> claims = new LinkedHashMap<>();
    private final Map<String, Cluster> rows = new LinkedHashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    final List<String> forgottenJournals = new CopyOnWriteArrayList<>();

    @Override
    public synchronized Claim claim(String name, String uuid) {
        return claims.computeIfAbsent(name, free -> new Claim(free, uuid, claims.size() + 1));
    }

    @Override
    public synchronized List<Claim> claims() {
        return List.copyOf(claims.values());
    }

    @Override
    public synchronized void write(Cluster cluster, long version) {
        if (version >= versions.getOrDefault(cluster.uuid(), 0L)) {
            versions.put(cluster.uuid(), version);
            rows.put(cluster.uuid(), cluster);
        }
    }

    @Override
    public synchronized void forget(String uuid) {
        rows.remove(uuid);
        claims.values().removeIf(claim -> claim.uuid().equals(uuid));
    }

    @Override
    public synchronized void forgetJournal(String uuid) {
        forgottenJournals.add(uuid);
    }

    @Override
    public List<String> journals() {
        return List.of();
    }

    @Override
    public synchronized List<Cluster> list() {
        return List.copyOf(rows.values());
    }

    @Override
    public synchronized Optional<Cluster> find(String name) {
        return rows.values().stream().filter(row -> row.name().equals(name)).findFirst();
    }
}
