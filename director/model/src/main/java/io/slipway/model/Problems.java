package io.slipway.model;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that an operator hears all of it at once. */
public final class Problems {
    /** More than this help nobody, and a hostile input must not make a message of unbounded length. */
    private static final int LIMIT = 100;

    private final List<Problem> found = new ArrayList<>();

    public void add(int code, String field, String message) {
        if (found.size() < LIMIT) {
            found.add(new Problem(code, field, message));
        }
    }

    public void addAll(List<Problem> problems) {
        problems.forEach(problem -> add(problem.code(), problem.field(), problem.message()));
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public List<Problem> all() {
        return List.copyOf(found);
    }

    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidInput(found);
        }
    }
}
