package io.slipway.engine.upload;

import io.slipway.engine.Cpis;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskLog;
import io.slipway.model.ErrorCodes;
import io.slipway.model.stemcell.ParsedStemcell;
import io.slipway.model.stemcell.StemcellArchive;
import io.slipway.store.catalog.StemcellCatalog;
import io.slipway.store.catalog.StemcellCatalog.StemcellHeader;
import io.slipway.store.member.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Takes one stemcell archive into all CPIs that can take it, telling the task of its steps as BOSH does. */
final class StemcellImporter {
    private static final int STEPS = 2;
    private static final int STEPS_OF_A_CPI = 3;

    private final StemcellCatalog stemcells;
    private final Cpis cpis;
    private final TaskLog log;
    private final Turn turn;

    /** @param turn in which the stemcell is entered into the catalog */
    StemcellImporter(StemcellCatalog stemcells, Cpis cpis, TaskLog log, Turn turn) {
        this.stemcells = stemcells;
        this.cpis = cpis;
        this.log = log;
        this.turn = turn;
    }

    /** Returns a line for people. One that is there is left as it is, unless it is to be fixed. */
    String run(IncomingArchive incoming) throws Exception {
        var names = cpis.names();
        int steps =
                STEPS + STEPS_OF_A_CPI * names.size() + (incoming.isRemote() ? 1 : 0) + (incoming.hasDigest() ? 1 : 0);
        var stage = log.stage("Update stemcell", steps);
        if (incoming.isRemote()) {
            stage.step("Downloading remote stemcell", incoming::download);
        }
        if (incoming.hasDigest()) {
            stage.step("Verifying remote stemcell", () -> incoming.verify(ErrorCodes.STEMCELL_DIGEST_MISMATCH));
        }
        var parsed = new ParsedStemcell[1];
        stage.step(
                "Extracting stemcell archive",
                () -> parsed[0] = StemcellArchive.read(incoming.file(), incoming.content()));
        var takers = new ArrayList<String>();
        stage.step("Verifying stemcell manifest", () -> takers.addAll(takers(parsed[0], names)));
        for (String cpi : takers) {
            String suffix = names.size() > 1 ? " (cpi: " + cpi + ")" : "";
            importInto(stage, cpi, suffix, parsed[0], incoming.isFix());
        }
        log.fact("create", "stemcell", parsed[0].name() + "/" + parsed[0].version());
        return "/stemcells/" + parsed[0].name() + "/" + parsed[0].version();
    }

    /**
     * The CPIs that can take a stemcell; at least one has to. Where one of them does not say what formats it knows, nobody
     * can tell, and it is tried.
     */
    private List<String> takers(ParsedStemcell stemcell, List<String> names) {
        var takers = new ArrayList<String>();
        var known = new TreeSet<String>();
        for (String name : names) {
            var formats = cpis.of(name, log).info().stemcellFormats();
            known.addAll(formats);
            if (stemcell.formats().isEmpty()
                    || formats.isEmpty()
                    || stemcell.formats().stream().anyMatch(formats::contains)) {
                takers.add(name);
            } else {
                log.debug("CPI '" + name + "' takes " + formats + ", and not this stemcell's " + stemcell.formats());
            }
        }
        if (takers.isEmpty()) {
            throw RequestRefused.invalid(
                    ErrorCodes.STEMCELL_NOT_SUPPORTED,
                    "stemcell '" + stemcell.name() + "' has formats " + stemcell.formats() + ", and the CPIs " + names
                            + " take " + known);
        }
        return takers;
    }

    private void importInto(TaskLog.Stage stage, String cpi, String suffix, ParsedStemcell stemcell, boolean fix)
            throws Exception {
        String name = stemcell.name() + "/" + stemcell.version();
        var known = new ArrayList<StemcellHeader>();
        stage.step("Checking if this stemcell already exists" + suffix, () -> find(stemcell, cpi)
                .ifPresent(known::add));
        boolean isNeeded = fix || known.isEmpty();
        String end = suffix + (isNeeded ? "" : " (already exists, skipped)");
        var cid = new String[] {known.isEmpty() ? "" : known.getFirst().cid()};
        stage.step("Uploading stemcell " + name + " to the cloud" + end, () -> {
            if (isNeeded) {
                cid[0] = cpis.of(cpi, log).createStemcell(stemcell.image(), stemcell.cloudProperties());
                // A director that leaves ends this task at its next step, and nobody else knows this stemcell.
                save(stemcell, cpi, cid[0]);
            }
        });
        stage.step("Save stemcell " + name + " (" + cid[0] + ")" + end, () -> {});
    }

    private void save(ParsedStemcell stemcell, String cpi, String cid) {
        stemcells.put(
                new StemcellHeader(
                        stemcell.name(),
                        stemcell.version(),
                        stemcell.operatingSystem(),
                        cid,
                        cpi,
                        stemcell.sha1(),
                        stemcell.apiVersion()),
                turn);
    }

    private Optional<StemcellHeader> find(ParsedStemcell stemcell, String cpi) {
        var aliases = cpis.aliases(cpi);
        return stemcells.of(stemcell.name(), stemcell.version()).stream()
                .filter(row -> aliases.contains(row.cpi()))
                .findFirst();
    }
}
