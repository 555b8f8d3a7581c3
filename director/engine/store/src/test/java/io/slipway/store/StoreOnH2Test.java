package io.slipway.store;

import java.nio.file.Path;

class StoreOnH2Test extends StoreContract {
    @Override
    DatabaseSettings settings(Path folder) {
        return DatabaseSettings.embedded(folder);
    }
}
