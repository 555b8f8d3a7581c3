package io.slipway.engine.disk;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.Cpis;
import java.util.List;
import java.util.Optional;

/** The built-in CPI alone. */
record OneCpi(Cpi cpi) implements Cpis {
    @Override
    public Cpi of(String name, CallContext asker) {
        return cpi;
    }

    @Override
    public List<String> names() {
        return List.of("");
    }

    @Override
    public Optional<String> present(String name) {
        return Optional.of("");
    }

    @Override
    public List<String> aliases(String name) {
        return List.of("");
    }
}
