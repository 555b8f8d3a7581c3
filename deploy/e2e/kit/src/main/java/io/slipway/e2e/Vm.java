package io.slipway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A VM of the local infrastructure, to do harm to behind the director's back. */
public record Vm(Path runcState, String cid) {

    public static Vm withAddress(Installation slipway, String address) throws IOException {
        for (Path vm : slipway.vms()) {
            if (Files.readString(vm.resolve("vm.json")).contains("\"" + address + "\"")) {
                return new Vm(
                        slipway.data().resolve("cpi-local/runc"),
                        vm.getFileName().toString());
            }
        }
        throw new AssertionError("no VM has the address " + address);
    }

    /** All of its processes stop where they are; its kernel still takes connections. */
    public void freeze() {
        runc("pause");
    }

    public void thaw() {
        runc("resume");
    }

    /** As if its power were cut. */
    public void kill() {
        Programs.run(Path.of("/"), Map.of(), 30, List.of("runc", "--root", runcState.toString(), "kill", cid, "KILL"))
                .mustSucceed();
    }

    /** Runs a program inside it. */
    public Outcome run(String... program) {
        var command = new ArrayList<>(List.of("runc", "--root", runcState.toString(), "exec", cid));
        command.addAll(List.of(program));
        return Programs.run(Path.of("/"), Map.of(), 30, command);
    }

    /** Its network, as its root has it. */
    public Place place() {
        return new Place("sw-" + cid.substring("vm-".length()));
    }

    private void runc(String command) {
        Programs.run(Path.of("/"), Map.of(), 30, List.of("runc", "--root", runcState.toString(), command, cid))
                .mustSucceed();
    }
}
