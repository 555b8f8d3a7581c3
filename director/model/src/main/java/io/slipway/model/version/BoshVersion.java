package io.slipway.model.version;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A version of a release or stemcell, ordered as BOSH orders them: {@code release-pre+post}, each a row of numbers and
 * words between dots. A pre-release comes before its release, a post-release after it.
 */
public record BoshVersion(String text) implements Comparable<BoshVersion> {
    private static final Pattern FORM = Pattern.compile("[0-9A-Za-z_.]+(-[0-9A-Za-z_.-]+)?([+][0-9A-Za-z_.-]+)?");
    private static final Pattern OLD_DEVELOPMENT = Pattern.compile("(.+)[.]([0-9]+)-dev");
    private static final String LATEST = ".latest";

    public static BoshVersion parse(String text) {
        return new BoshVersion(text);
    }

    /** Whether a text has the form of a version. Any text can be ordered, though. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** The form of today: an old development version such as {@code 1.2-dev} is {@code 1+dev.2}. */
    public BoshVersion normalized() {
        var old = OLD_DEVELOPMENT.matcher(text);
        return old.matches() ? new BoshVersion(old.group(1) + "+dev." + old.group(2)) : this;
    }

    /** Whether there is something after a plus. */
    public boolean isPostRelease() {
        return !post().isEmpty();
    }

    /**
     * The next version with the same release and pre-release: what follows the newest post-release among those that are
     * there, or {@code +dev.1}.
     */
    public BoshVersion rebasedOn(Collection<BoshVersion> present) {
        String base = withoutPost();
        return present.stream()
                .filter(one ->
                        compare(one.release(), release()) == 0 && one.pre().equals(pre()))
                .max(Comparator.naturalOrder())
                .filter(BoshVersion::isPostRelease)
                .map(newest -> new BoshVersion(base + "+" + incremented(newest.post())))
                .orElseGet(() -> new BoshVersion(base + "+dev.1"));
    }

    /** Of versions that a word such as {@code latest} or {@code 1.2.latest} allows, whether this is one. */
    public boolean isMeantBy(String wanted) {
        if (wanted.equals("latest")) {
            return true;
        }
        return wanted.endsWith(LATEST)
                ? text.matches(Pattern.quote(wanted.substring(0, wanted.length() - LATEST.length())) + "([.+-].*)?")
                : parse(wanted).normalized().equals(normalized());
    }

    @Override
    public int compareTo(BoshVersion other) {
        int byRelease = compare(release(), other.release());
        if (byRelease != 0) {
            return byRelease;
        }
        if (pre().isEmpty() != other.pre().isEmpty()) {
            return pre().isEmpty() ? 1 : -1;
        }
        int byPre = compare(pre(), other.pre());
        if (byPre != 0) {
            return byPre;
        }
        if (post().isEmpty() != other.post().isEmpty()) {
            return post().isEmpty() ? -1 : 1;
        }
        return compare(post(), other.post());
    }

    @Override
    public String toString() {
        return text;
    }

    private String post() {
        int plus = text.indexOf('+');
        return plus < 0 ? "" : text.substring(plus + 1);
    }

    private String withoutPost() {
        int plus = text.indexOf('+');
        return plus < 0 ? text : text.substring(0, plus);
    }

    private String pre() {
        int dash = withoutPost().indexOf('-');
        return dash < 0 ? "" : withoutPost().substring(dash + 1);
    }

    private String release() {
        int dash = withoutPost().indexOf('-');
        return dash < 0 ? withoutPost() : withoutPost().substring(0, dash);
    }

    /** The last part, which must be a number; otherwise a new one follows it. */
    private static String incremented(String post) {
        int dot = post.lastIndexOf('.');
        String last = post.substring(dot + 1);
        return last.matches("[0-9]{1,17}") ? post.substring(0, dot + 1) + (Long.parseLong(last) + 1) : post + ".1";
    }

    private static int compare(String left, String right) {
        List<String> one = List.of(left.split("\\.", -1));
        List<String> two = List.of(right.split("\\.", -1));
        for (int i = 0; i < Math.max(one.size(), two.size()); i++) {
            int order = comparePart(i < one.size() ? one.get(i) : "0", i < two.size() ? two.get(i) : "0");
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Numbers come before words. */
    private static int comparePart(String left, String right) {
        boolean isNumber = left.matches("[0-9]{1,18}");
        if (isNumber != right.matches("[0-9]{1,18}")) {
            return isNumber ? -1 : 1;
        }
        return isNumber ? Long.compare(Long.parseLong(left), Long.parseLong(right)) : left.compareTo(right);
    }
}
