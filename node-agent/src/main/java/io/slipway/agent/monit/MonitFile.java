package io.slipway.agent.monit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of monit's control language that says how processes start and stop: {@code check process}, its pid
 * file, {@code start} and {@code stop program} with account and timeout, and {@code depends on}. Tests and alerts are monit's affair.
 */
final class MonitFile {
    /** Monit's own default. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private record Token(String text, boolean isQuoted) {
        boolean is(String word) {
            return !isQuoted && text.equalsIgnoreCase(word);
        }
    }

    private final List<Token> tokens;
    private final List<JobProcess> processes = new ArrayList<>();
    private int at;

    private MonitFile(String text) {
        tokens = tokens(text);
    }

    static List<JobProcess> parse(String text) {
        var file = new MonitFile(text);
        file.read();
        return List.copyOf(file.processes);
    }

    private void read() {
        while (at < tokens.size()) {
            if (take("check") && take("process")) {
                process();
            } else if (at < tokens.size()) {
                at++;
            }
        }
    }

    private void process() {
        var name = next();
        Optional<Path> pidFile = Optional.empty();
        Optional<JobProcess.Action> start = Optional.empty();
        Optional<JobProcess.Action> stop = Optional.empty();
        var dependsOn = new ArrayList<String>();
        while (at < tokens.size() && !peekIs("check")) {
            if (take("pidfile") || take("path")) {
                pidFile = Optional.of(Path.of(next()));
            } else if (take("start")) {
                start = action().or(first(start));
            } else if (take("stop")) {
                stop = action().or(first(stop));
            } else if (take("depends") || take("depend")) {
                take("on");
                names(dependsOn);
            } else {
                at++;
            }
        }
        processes.add(new JobProcess(name, pidFile, start, stop, List.copyOf(dependsOn)));
    }

    private static java.util.function.Supplier<Optional<JobProcess.Action>> first(Optional<JobProcess.Action> value) {
        return () -> value;
    }

    private Optional<JobProcess.Action> action() {
        take("program");
        take("=");
        if (at >= tokens.size() || !tokens.get(at).isQuoted) {
            return Optional.empty();
        }
        var command = List.of(next().strip().split("\\s+"));
        var user = "";
        var group = "";
        var timeout = DEFAULT_TIMEOUT;
        while (at < tokens.size()) {
            if (take("as") || take("and") || take("with") || take("using")) {
                continue;
            } else if (take("uid")) {
                user = next();
            } else if (take("gid")) {
                group = next();
            } else if (take("timeout")) {
                timeout = timeout();
            } else {
                break;
            }
        }
        return Optional.of(new JobProcess.Action(command, user, group, timeout));
    }

    private Duration timeout() {
        var seconds = next();
        if (take("minutes") || take("minute")) {
            return Duration.ofMinutes(Long.parseLong(seconds));
        }
        if (!take("seconds")) {
            take("second");
        }
        return seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : DEFAULT_TIMEOUT;
    }

    private void names(List<String> into) {
        into.add(next());
        while (take(",")) {
            into.add(next());
        }
    }

    private boolean take(String word) {
        if (peekIs(word)) {
            at++;
            return true;
        }
        return false;
    }

    private boolean peekIs(String word) {
        return at < tokens.size() && tokens.get(at).is(word);
    }

    private String next() {
        return at < tokens.size() ? tokens.get(at++).text : "";
    }

    private static List<Token> tokens(String text) {
        var tokens = new ArrayList<Token>();
        var word = new StringBuilder();
        @Nullable Character quote = null;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (quote != null) {
                if (c == quote) {
                    tokens.add(new Token(word.toString(), true));
                    word.setLength(0);
                    quote = null;
                } else {
                    word.append(c);
                }
            } else if (c == '#') {
                i = endOfLine(text, i);
                flush(word, tokens);
            } else if (c == '"' || c == '\'') {
                flush(word, tokens);
                quote = c;
            } else if (c == ',' || c == '=') {
                flush(word, tokens);
                tokens.add(new Token(String.valueOf(c), false));
            } else if (Character.isWhitespace(c)) {
                flush(word, tokens);
            } else {
                word.append(c);
            }
        }
        flush(word, tokens);
        return tokens;
    }

    private static int endOfLine(String text, int from) {
        var end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private static void flush(StringBuilder word, List<Token> tokens) {
        if (!word.isEmpty()) {
            tokens.add(new Token(word.toString(), false));
            word.setLength(0);
        }
    }
}
