package io.slipway.health.alert;

/** How bad it is, by BOSH's names and numbers. */
public enum Severity {
    ALERT(1),
    CRITICAL(2),
    ERROR(3),
    WARNING(4);

    private final int number;

    Severity(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** Of what somebody else says; a number that stands for none is the least. */
    public static Severity of(int number) {
        for (Severity one : values()) {
            if (one.number == number) {
                return one;
            }
        }
        return WARNING;
    }
}
