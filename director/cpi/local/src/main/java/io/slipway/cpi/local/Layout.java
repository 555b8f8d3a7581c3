package io.slipway.cpi.local;

import java.nio.file.Path;

/** Where everything lies below the data directory. */
record Layout(Path root) {
    Path stemcells() {
        return root.resolve("stemcells");
    }

    Path stemcell(String cid) {
        return stemcells().resolve(cid);
    }

    Path vms() {
        return root.resolve("vms");
    }

    Path vm(String cid) {
        return vms().resolve(cid);
    }

    Path vmRecord(String cid) {
        return vm(cid).resolve("vm.json");
    }

    Path upper(String cid) {
        return vm(cid).resolve("upper");
    }

    Path work(String cid) {
        return vm(cid).resolve("work");
    }

    Path rootfs(String cid) {
        return vm(cid).resolve("rootfs");
    }

    Path vmData(String cid) {
        return vm(cid).resolve("data");
    }

    Path bundle(String cid) {
        return vm(cid).resolve("bundle");
    }

    Path consoleLog(String cid) {
        return vm(cid).resolve("console.log");
    }

    Path disks() {
        return root.resolve("disks");
    }

    Path disk(String cid) {
        return disks().resolve(cid);
    }

    Path diskRecord(String cid) {
        return disk(cid).resolve("disk.json");
    }

    Path diskImage(String cid) {
        return disk(cid).resolve("disk.img");
    }

    Path snapshots() {
        return root.resolve("snapshots");
    }

    Path snapshot(String cid) {
        return snapshots().resolve(cid);
    }

    Path packages() {
        return root.resolve("packages");
    }

    Path sharedPackage(String sha256) {
        return packages().resolve(sha256);
    }

    Path bridges() {
        return root.resolve("bridges");
    }

    Path locks() {
        return root.resolve("locks");
    }

    Path runc() {
        return root.resolve("runc");
    }

    Path hostSettings() {
        return root.resolve("host-settings.json");
    }
}
