package io.slipway.store.catalog;

import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.version.BoshVersion;
import io.slipway.store.Conflicts;
import io.slipway.store.member.Turn;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/** Stemcells that were imported into the infrastructure. */
public final class StemcellCatalog {
    private final Jdbi jdbi;

    public StemcellCatalog(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** An imported stemcell; cid is the infrastructure's name of it. */
    public record StemcellHeader(
            String name, String version, String os, String cid, String cpi, String sha1, int apiVersion) {}

    public void put(StemcellHeader stemcell) {
        put(stemcell, Turn.UNCONTESTED);
    }

    /** In this turn: throws {@link Turn.Lost} where it is another's. */
    public void put(StemcellHeader stemcell, Turn turn) {
        Conflicts.retried(jdbi, handle -> {
            turn.check(handle);
            handle.execute(
                    "DELETE FROM stemcells WHERE name = ? AND version = ? AND cpi = ?",
                    stemcell.name(),
                    stemcell.version(),
                    stemcell.cpi());
            return handle.createUpdate("INSERT INTO stemcells (name, version, os, cid, cpi, sha1, api_version)"
                            + " VALUES (:name, :version, :os, :cid, :cpi, :sha1, :apiVersion)")
                    .bindMethods(stemcell)
                    .execute();
        });
    }

    public void delete(String name, String version, String cpi) {
        jdbi.useHandle(handle ->
                handle.execute("DELETE FROM stemcells WHERE name = ? AND version = ? AND cpi = ?", name, version, cpi));
    }

    public List<StemcellHeader> list() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM stemcells ORDER BY name, version, cpi")
                .map((found, context) -> new StemcellHeader(
                        found.getString("name"),
                        found.getString("version"),
                        found.getString("os"),
                        found.getString("cid"),
                        found.getString("cpi"),
                        found.getString("sha1"),
                        found.getInt("api_version")))
                .list());
    }

    /** One version, once for each CPI that has it. */
    public List<StemcellHeader> of(String name, String version) {
        return list().stream()
                .filter(stemcell ->
                        stemcell.name().equals(name) && stemcell.version().equals(version))
                .toList();
    }

    /** By name or operating system; the newest of those that {@code latest} or, say, {@code 1.latest} allows. */
    public Optional<StemcellVersion> resolve(StemcellRef wanted) {
        return list().stream()
                .filter(stemcell -> wanted.name().map(stemcell.name()::equals).orElse(true))
                .filter(stemcell -> wanted.os().map(stemcell.os()::equals).orElse(true))
                .filter(stemcell -> BoshVersion.parse(stemcell.version()).isMeantBy(wanted.version()))
                .max(Comparator.comparing(stemcell -> BoshVersion.parse(stemcell.version())))
                .map(stemcell -> new StemcellVersion(
                        stemcell.name(),
                        stemcell.version(),
                        stemcell.os(),
                        of(stemcell.name(), stemcell.version()).stream()
                                .collect(Collectors.toMap(StemcellHeader::cpi, StemcellHeader::cid)),
                        Math.max(1, stemcell.apiVersion())));
    }
}
