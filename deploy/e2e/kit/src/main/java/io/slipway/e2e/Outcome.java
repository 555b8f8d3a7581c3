package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

/** What a command did. */
public record Outcome(String command, int code, String out, String err) {
    public Outcome mustSucceed() {
        assertThat(code).as("%s%n%s%n%s", command, out, err).isZero();
        return this;
    }

    /** Bad input: exit code 1, and one line that begins with "Error: " and says all of these. */
    public void mustBeRefused(String... words) {
        assertThat(code).as("%s%n%s%n%s", command, out, err).isEqualTo(1);
        assertThat(err.strip().lines().filter(line -> line.startsWith("Error: ")))
                .as("%s%n%s", command, err)
                .hasSize(1);
        assertThat(err).as(command).contains(words).doesNotContain("\tat ", "Exception");
    }
}
