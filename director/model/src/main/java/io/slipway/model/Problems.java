package io.slipway.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Collects what is wrong, so that an operator hears all of it at once. */
public final class Problems {
    /** More than this help nobody, and a hostile input must not make a message of unbounded length. */
    private static final int LIMIT = 100;

    private final Predicate<String> isExcused;
    private final List<Problem> found = new ArrayList<>();

    public Problems() {
        this(field -> false);
    }

    /** @param isExcused fields of which nothing is said, whatever is wrong with them */
    public Problems(Predicate<String> isExcused) {
        this.isExcused = isExcused;
    }

    public void add(int code, String field, String message) {
        if (found.size() < LIMIT && !isExcused.test(field)) {
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
