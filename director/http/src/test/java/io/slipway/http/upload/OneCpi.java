package io.slipway.http.upload;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.Cpis;
import java.util.List;
import java.util.Optional;

/** A director's CPIs where there is but one. */
record OneCpi(Cpi cpi) implements Cpis {
    @Override
    public Cpi of(String name, CallContext asker) {
        return cpi;
    }

    @Override
    public List<String> names() {
        return List.of("simulated");
    }

    @Override
    public Optional<String> present(String name) {
        return Optional.of(name);
    }

    @Override
    public List<String> aliases(String name) {
        return List.of(name);
    }
}
