package io.slipway.store.blob;

import io.slipway.store.EmptyDatabase;

class BlobsInH2Test extends DatabaseBlobsContract {
    BlobsInH2Test() {
        super(EmptyDatabase.H2);
    }
}
