package io.slipway.cpi;

/** Why a CPI call did not do what it was asked. */
public sealed interface CpiFailure {

    /** What was wrong and what to do, for an operator. */
    String message();

    /** Whether the same call may work when made again. */
    boolean retryable();

    record VmNotFound(String vmCid) implements CpiFailure {
        @Override
        public String message() {
            return "VM '" + vmCid + "' does not exist";
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    record DiskNotFound(String diskCid) implements CpiFailure {
        @Override
        public String message() {
            return "disk '" + diskCid + "' does not exist";
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    record StemcellNotFound(String stemcellCid) implements CpiFailure {
        @Override
        public String message() {
            return "stemcell '" + stemcellCid + "' does not exist in the infrastructure";
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    record VmCreationFailed(String message, boolean retryable) implements CpiFailure {}

    record NoSpace(String what, DataSize needed, DataSize available) implements CpiFailure {
        @Override
        public String message() {
            return what + " needs " + needed + " of free space, and there is " + available;
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    /**
     * Nobody can tell whether the VM was made: no answer came, and the infrastructure cannot be asked by agent id. It
     * has to be given up, and another one made under another agent id.
     */
    record OutcomeUnknown(String message) implements CpiFailure {
        @Override
        public boolean retryable() {
            return false;
        }
    }

    /** There is no room, in the infrastructure's words. */
    record NoDiskSpace(String message, boolean retryable) implements CpiFailure {}

    record DiskNotAttached(String message) implements CpiFailure {
        @Override
        public boolean retryable() {
            return false;
        }
    }

    record NotSupported(String method) implements CpiFailure {
        @Override
        public String message() {
            return "this CPI does not support '" + method + "'";
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    record InvalidRequest(String message) implements CpiFailure {
        @Override
        public boolean retryable() {
            return false;
        }
    }

    /** Anything else that the infrastructure answered. */
    record CloudError(String message, boolean retryable) implements CpiFailure {}
}
