package io.slipway.model;

/**
 * One thing that is wrong with what was given.
 *
 * @param code BOSH's error number
 * @param field where, as a path of field names
 * @param message one line: where, what was given, what is expected
 */
public record Problem(int code, String field, String message) {
    private static final int LONGEST = 2_000;

    public Problem {
        field = line(field);
        message = line(message);
    }

    /** What was given is part of messages, and may be of any length and hold anything. */
    private static String line(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return cut.replaceAll("\\p{Cntrl}+", " ");
    }
}
