package io.slipway.model;

import java.util.List;
import java.util.stream.Collectors;

/** What was given cannot be used; says everything that is wrong with it. The only exception that parsers throw. */
public final class InvalidInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public InvalidInput(Problem... problems) {
        this(List.of(problems));
    }

    public InvalidInput(List<Problem> problems) {
        super(problems.stream().map(Problem::message).distinct().collect(Collectors.joining("; ")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an invalid input has at least one problem");
        }
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
