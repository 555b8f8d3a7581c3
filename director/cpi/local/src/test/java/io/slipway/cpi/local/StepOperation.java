package io.slipway.cpi.local;

/** What is begun, cut short, and gone on with. */
enum StepOperation {
    CREATE_STEMCELL {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {}

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            scene.createStemcell(cpi);
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.createVm(cpi);
            scene.requireOneVm(cpi);
        }
    },
    DELETE_STEMCELL {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            scene.createStemcell(cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            cpi.deleteStemcell(scene.stemcellCid());
        }

        /** The director may as well import it again. */
        @Override
        void recover(StepScene scene, LocalCpi cpi) {
            scene.createStemcell(cpi);
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            CREATE_STEMCELL.check(scene, cpi);
        }
    },
    CREATE_VM {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            scene.createStemcell(cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            scene.createVm(cpi);
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireOneVm(cpi);
        }
    },
    CREATE_DISK {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {}

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            scene.createDisk(cpi);
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireOneDisk(cpi);
        }
    },
    ATTACH_DISK {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            scene.createStemcell(cpi);
            scene.createVm(cpi);
            scene.createDisk(cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            scene.attachDisk(cpi);
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireAttached(cpi);
        }
    },
    REBOOT_VM {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            ATTACH_DISK.setTheScene(scene, cpi);
            scene.attachDisk(cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            cpi.rebootVm(scene.vmCid());
        }

        /** As every director does when it starts; nobody remembers the reboot. */
        @Override
        void recover(StepScene scene, LocalCpi cpi) {
            cpi.powerOnAll();
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireAttached(cpi);
        }
    },
    DETACH_DISK {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            REBOOT_VM.setTheScene(scene, cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            cpi.detachDisk(scene.vmCid(), scene.diskCid());
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireDetached(cpi);
        }
    },
    DELETE_VM {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            REBOOT_VM.setTheScene(scene, cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            cpi.deleteVm(scene.vmCid());
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireNoVm(cpi);
            scene.requireOneDisk(cpi);
        }
    },
    TAKE_SNAPSHOT {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            REBOOT_VM.setTheScene(scene, cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            scene.takeSnapshot(cpi);
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireAttached(cpi);
            scene.requireOneSnapshot();
        }
    },
    DELETE_SNAPSHOT {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            scene.createDisk(cpi);
            scene.takeSnapshot(cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            cpi.deleteSnapshot(scene.snapshotCid());
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireOneDisk(cpi);
            scene.requireNoSnapshot();
        }
    },
    DELETE_DISK {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            scene.createDisk(cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            cpi.deleteDisk(scene.diskCid());
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireNoDisk(cpi);
        }
    },
    CREATE_NETWORK {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            scene.createStemcell(cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            scene.createNetwork(cpi);
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.createVm(cpi);
            scene.requireOneVm(cpi);
        }
    },
    DELETE_NETWORK {
        @Override
        void setTheScene(StepScene scene, LocalCpi cpi) {
            scene.createNetwork(cpi);
        }

        @Override
        void run(StepScene scene, LocalCpi cpi) {
            cpi.deleteNetwork(scene.networkCid());
        }

        @Override
        void check(StepScene scene, LocalCpi cpi) {
            scene.requireNoNetwork();
        }
    };

    /** Does all that has to be there before. */
    abstract void setTheScene(StepScene scene, LocalCpi cpi);

    abstract void run(StepScene scene, LocalCpi cpi);

    /** What the next director does about it: the same again, mostly. */
    void recover(StepScene scene, LocalCpi cpi) {
        run(scene, cpi);
    }

    /** Finds all as if nothing had happened. */
    abstract void check(StepScene scene, LocalCpi cpi);
}
