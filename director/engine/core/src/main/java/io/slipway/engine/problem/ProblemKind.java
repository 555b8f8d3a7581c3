package io.slipway.engine.problem;

import io.slipway.engine.Problems.ProblemResolution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Kinds of problems, with what may be done about each; BOSH's names and words. */
enum ProblemKind {
    MISSING_VM(
            Resolution.RECREATE_VM_WITHOUT_WAIT,
            Resolution.RECREATE_VM_WITHOUT_WAIT,
            Resolution.RECREATE_VM,
            Resolution.DELETE_VM_REFERENCE),
    UNRESPONSIVE_AGENT(
            Resolution.IGNORE,
            Resolution.REBOOT_VM,
            Resolution.RECREATE_VM_WITHOUT_WAIT,
            Resolution.RECREATE_VM,
            Resolution.DELETE_VM,
            Resolution.DELETE_VM_REFERENCE),
    MISSING_DISK(Resolution.IGNORE, Resolution.DELETE_DISK_REFERENCE),
    INACTIVE_DISK(Resolution.IGNORE, Resolution.DELETE_DISK, Resolution.ACTIVATE_DISK),
    MOUNT_INFO_MISMATCH(Resolution.IGNORE, Resolution.REATTACH_DISK, Resolution.REATTACH_DISK_AND_REBOOT);

    private final Resolution automatic;
    private final List<Resolution> resolutions;

    /** What may be done. */
    enum Resolution {
        IGNORE("Skip for now"),
        REBOOT_VM("Reboot VM"),
        RECREATE_VM_WITHOUT_WAIT("Recreate VM without waiting for processes to start"),
        RECREATE_VM("Recreate VM and wait for processes to start"),
        DELETE_VM("Delete VM"),
        DELETE_VM_REFERENCE(
                "Delete VM reference (forceful; may need to manually delete VM from the Cloud to avoid IP conflicts)"),
        DELETE_DISK_REFERENCE("Delete disk reference (DANGEROUS!)"),
        DELETE_DISK("Delete disk"),
        ACTIVATE_DISK("Activate disk"),
        REATTACH_DISK("Reattach disk to instance"),
        REATTACH_DISK_AND_REBOOT("Reattach disk and reboot instance");

        private final String plan;

        Resolution(String plan) {
            this.plan = plan;
        }

        String plan() {
            return plan;
        }
    }

    ProblemKind(Resolution automatic, Resolution... besidesIgnore) {
        this.automatic = automatic;
        var all = new ArrayList<>(List.of(Resolution.IGNORE));
        all.addAll(Arrays.asList(besidesIgnore));
        this.resolutions = List.copyOf(all);
    }

    Resolution automatic() {
        return automatic;
    }

    List<Resolution> resolutions() {
        return resolutions;
    }

    List<ProblemResolution> shown() {
        return resolutions.stream()
                .map(one -> new ProblemResolution(one.name().toLowerCase(Locale.ROOT), planOf(one)))
                .toList();
    }

    /** What a resolution is called for this kind. */
    String planOf(Resolution resolution) {
        if (this == MISSING_VM && resolution == Resolution.DELETE_VM_REFERENCE) {
            return "Delete VM reference";
        }
        return this == MOUNT_INFO_MISMATCH && resolution == Resolution.IGNORE ? "Ignore" : resolution.plan();
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ProblemKind of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
