package io.slipway.cpi.external;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiLedger;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.external.Executable.Begun;
import io.slipway.cpi.external.Ledger.DiskEntry;
import io.slipway.cpi.external.Ledger.Phase;
import io.slipway.cpi.external.Ledger.VmEntry;
import io.slipway.cpi.external.Protocol.Call;
import io.slipway.cpi.external.Protocol.NoAnswer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes VMs and disks once for a key, as far as BOSH's contract allows: the ledger knows of each call before it is made,
 * and an answer that no director waited for is read from the call's file later, by the director that has it. What another one
 * began and did not end is not known: it had the lease, and is gone.
 */
final class Creation {
    private static final Begun NEVER = new Begun(0, 0);

    private final Protocol protocol;
    private final Ledger ledger;
    private final Ledger.Held held;
    private final Caller caller;
    private final Calls calls;

    /** Makes a call that may be made again, about the VM, or the disk, that is its first argument. */
    @FunctionalInterface
    interface Caller {
        JsonNode call(String method, Object... arguments);
    }

    /** A call in the CPI's version of the contract; 0 for the stemcell's where it is about no VM. */
    @FunctionalInterface
    interface Calls {
        Call of(int stemcellApiVersion, String method, List<? extends @Nullable Object> arguments);
    }

    /** With what the key of the VM or the disk has held meanwhile. */
    Creation(Protocol protocol, Ledger ledger, Ledger.Held held, Caller caller, Calls calls) {
        this.protocol = protocol;
        this.ledger = ledger;
        this.held = held;
        this.caller = caller;
        this.calls = calls;
    }

    VmEntry vm(VmRequest request) {
        var earlier = settledVm(request.agentId());
        if (earlier.isPresent() && isThere("has_vm", earlier.get().cid())) {
            return earlier.get();
        }
        if (ledger.vm(request.agentId()).filter(vm -> vm.phase() == Phase.LOST).isPresent()) {
            throw unknown("whether a VM was made for agent '" + request.agentId() + "' is not known");
        }
        var call = calls.of(
                request.stemcellApiVersion(),
                "create_vm",
                Arrays.asList(
                        request.agentId(),
                        request.stemcellCid(),
                        request.cloudProperties(),
                        VmArguments.networks(request.networks()),
                        request.diskCids(),
                        VmArguments.environment(request)));
        var intent = new VmEntry(
                request.agentId(),
                "",
                Phase.INTENDED,
                Protocol.newId(),
                NEVER,
                request.networks(),
                request.metadata(),
                request.stemcellApiVersion(),
                ledger.node());
        held.put(intent);
        VmEntry made;
        try {
            made = made(intent, protocol.call(intent.call(), call, begun -> held.put(intent.with(begun))));
        } catch (NoAnswer lost) {
            lose(intent);
            throw unknown(String.valueOf(lost.getMessage()));
        } catch (CpiException refused) {
            if (!Thread.currentThread().isInterrupted()) {
                forget(intent);
            }
            throw refused;
        }
        tag(made, request.metadata());
        return made;
    }

    /** BOSH's director does so after each creation; a VM without tags is a VM all the same. */
    private void tag(VmEntry made, Map<String, String> metadata) {
        try {
            caller.call("set_vm_metadata", made.cid(), metadata);
        } catch (CpiException untagged) {
            // Said in the call's log.
        }
    }

    /** The VM that was made for an agent id, found out where a director died while it was being made. */
    Optional<VmEntry> settledVm(String agentId) {
        var entry = ledger.vm(agentId).orElse(null);
        if (entry == null || entry.phase() == Phase.LOST) {
            return Optional.empty();
        }
        if (entry.phase() == Phase.MADE) {
            return Optional.of(entry);
        }
        try {
            requireKnowable(entry.node(), entry.begun(), "VM for agent '" + agentId + "'");
            var answer = protocol.earlier(
                    entry.call(), calls.of(entry.stemcellApiVersion(), "create_vm", List.of(agentId)), entry.begun());
            if (answer.isPresent()) {
                return Optional.of(made(entry, answer.get()));
            }
            forget(entry);
        } catch (NoAnswer lost) {
            lose(entry);
        } catch (CpiException refused) {
            if (Thread.currentThread().isInterrupted()) {
                throw refused;
            }
            forget(entry);
        }
        return Optional.empty();
    }

    /** From version 2 on the cid comes with the networks. */
    private VmEntry made(VmEntry intent, JsonNode answer) {
        String cid = ExternalCpi.text(answer.isArray() ? answer.path(0) : answer, "create_vm");
        var made = intent.made(cid, VmArguments.answered(intent.networks(), answer.path(1)));
        record(() -> held.put(made), intent.call());
        return made;
    }

    private void lose(VmEntry intent) {
        record(() -> held.put(intent.lost()), intent.call());
    }

    private void forget(VmEntry intent) {
        record(held::remove, intent.call());
    }

    DiskEntry disk(String key, DataSize size, Map<String, Object> cloudProperties, Optional<String> nearVmCid) {
        var earlier = settledDisk(key);
        if (earlier.isPresent() && isThere("has_disk", earlier.get().cid())) {
            return earlier.get();
        }
        var call =
                calls.of(0, "create_disk", Arrays.asList(size.toMebibytes(), cloudProperties, nearVmCid.orElse(null)));
        var intent = new DiskEntry(key, "", Phase.INTENDED, Protocol.newId(), NEVER, "", "", ledger.node());
        held.put(intent);
        try {
            return made(intent, protocol.call(intent.call(), call, begun -> held.put(intent.with(begun))));
        } catch (NoAnswer lost) {
            // A second disk does no harm; the first, if there is one, is for an operator to find.
            forget(intent);
            throw new CpiException(new CpiFailure.CloudError(String.valueOf(lost.getMessage()), false), lost);
        } catch (CpiException refused) {
            if (!Thread.currentThread().isInterrupted()) {
                forget(intent);
            }
            throw refused;
        }
    }

    /** The disk that was made for a key, found out where a director died while it was being made. */
    Optional<DiskEntry> settledDisk(String key) {
        var entry = ledger.disk(key).orElse(null);
        if (entry == null || entry.phase() == Phase.MADE) {
            return Optional.ofNullable(entry);
        }
        try {
            requireKnowable(entry.node(), entry.begun(), "disk '" + key + "'");
            var answer = protocol.earlier(entry.call(), calls.of(0, "create_disk", List.of(key)), entry.begun());
            if (answer.isPresent()) {
                return Optional.of(made(entry, answer.get()));
            }
            forget(entry);
        } catch (NoAnswer lost) {
            forget(entry);
        } catch (CpiException refused) {
            if (Thread.currentThread().isInterrupted()) {
                throw refused;
            }
            forget(entry);
        }
        return Optional.empty();
    }

    private DiskEntry made(DiskEntry intent, JsonNode answer) {
        var made = intent.made(ExternalCpi.text(answer, "create_disk"));
        record(() -> held.put(made), intent.call());
        return made;
    }

    private void forget(DiskEntry intent) {
        record(held::remove, intent.call());
    }

    /** The call's files are of no use once its outcome is recorded, or when that is somebody else's to do. */
    private void record(Runnable write, String call) {
        try {
            write.run();
        } catch (CpiLedger.Lost taken) {
            protocol.forget(call);
            throw taken;
        }
        protocol.forget(call);
    }

    /** The process of a call is recorded before it is told what to do: without it nothing was made. */
    private void requireKnowable(@Nullable String node, Begun begun, String what) throws NoAnswer {
        if (begun.pid() != 0 && !ledger.node().equals(node)) {
            throw new NoAnswer("director node '" + node + "' began to make a " + what
                    + " and is gone: what the CPI answered it is not known here");
        }
    }

    /** A CPI that cannot be asked is believed. */
    private boolean isThere(String method, String cid) {
        try {
            return caller.call(method, cid).asBoolean();
        } catch (CpiException failed) {
            return switch (failed.failure()) {
                case CpiFailure.NotSupported cannot -> true;
                case CpiFailure.VmNotFound gone -> false;
                case CpiFailure.DiskNotFound gone -> false;
                default -> throw failed;
            };
        }
    }

    private static CpiException unknown(String why) {
        return new CpiException(new CpiFailure.OutcomeUnknown(
                why + ": should there be a VM nevertheless, it is to be deleted in the infrastructure by hand"));
    }
}
