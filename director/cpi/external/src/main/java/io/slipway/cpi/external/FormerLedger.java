package io.slipway.cpi.external;

import io.slipway.cpi.CpiLedger;
import io.slipway.cpi.CpiLedger.Entry;
import io.slipway.cpi.CpiLedger.Kind;
import io.slipway.cpi.external.Ledger.DiskEntry;
import io.slipway.cpi.external.Ledger.Phase;
import io.slipway.cpi.external.Ledger.StemcellEntry;
import io.slipway.cpi.external.Ledger.VmEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of earlier versions: small files in a directory of each CPI. Each is taken over once and then put aside, so that
 * what is deleted afterwards does not come back; it is not deleted, since it was all that is known of VMs and disks.
 */
final class FormerLedger {
    private static final Logger LOG = LoggerFactory.getLogger(FormerLedger.class);

    private final CpiLedger ledger;
    private final Path directory;

    FormerLedger(CpiLedger ledger, Path directory) {
        this.ledger = ledger;
        this.directory = directory;
    }

    /** Done twice, as where the director dies in between, it does no harm. */
    void takeOver() {
        // The files of their calls lie here, too.
        String node = ledger.node();
        takeOver("vms", content -> {
            var vm = Ledger.read(content, VmEntry.class).of(node);
            return Ledger.entry(Kind.VM, vm.agentId(), vm.cid(), vm.phase(), node, vm);
        });
        takeOver("disks", content -> {
            var disk = Ledger.read(content, DiskEntry.class).of(node);
            return Ledger.entry(Kind.DISK, disk.key(), disk.cid(), disk.phase(), node, disk);
        });
        takeOver("stemcells", content -> {
            var stemcell = Ledger.read(content, StemcellEntry.class);
            return Ledger.entry(Kind.STEMCELL, stemcell.cid(), stemcell.cid(), Phase.MADE, node, stemcell);
        });
    }

    private void takeOver(String kind, Function<String, Entry> reader) {
        Path folder = directory.resolve(kind);
        try (var files = Files.newDirectoryStream(folder, "*.json")) {
            Path aside = Files.createDirectories(directory.resolve("taken-over").resolve(kind));
            int count = 0;
            for (Path file : files) {
                ledger.takeOver(reader.apply(Files.readString(file)));
                Files.move(file, aside.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                count++;
            }
            if (count > 0) {
                LOG.info("{} {} of {} are in the database from now on", count, kind, directory.getFileName());
            }
        } catch (NoSuchFileException none) {
            // As in every installation that began with this version.
        } catch (IOException failure) {
            throw new UncheckedIOException("the ledger in " + folder + " cannot be taken over", failure);
        }
    }
}
