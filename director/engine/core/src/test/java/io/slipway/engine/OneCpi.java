package io.slipway.engine;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import java.util.List;
import java.util.Optional;

/** One CPI, which any name stands for. */
public record OneCpi(Cpi cpi) implements Cpis {
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
        return Optional.of(name);
    }

    @Override
    public List<String> aliases(String name) {
        return List.of(name);
    }
}
