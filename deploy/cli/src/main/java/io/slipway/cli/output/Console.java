package io.slipway.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where results, progress and questions go. Results go to standard output; all else goes to standard error. */
public final class Console {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int USUAL_WIDTH = 80;

    private final PrintStream out;
    private final PrintStream err;
    private final BufferedReader in;
    private final boolean isTerminal;
    private final int width;

    public Console(PrintStream out, PrintStream err, InputStream in, boolean isTerminal, int width) {
        this.out = out;
        this.err = err;
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.isTerminal = isTerminal;
        this.width = width;
    }

    /** The console of this process. */
    public static Console ofProcess(Map<String, String> environment) {
        boolean isTerminal =
                isTerminal(2) && !"dumb".equals(environment.get("TERM")) && !environment.containsKey("SLIPWAY_PLAIN");
        return new Console(
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                System.in,
                isTerminal,
                isTerminal ? terminalWidth(environment) : USUAL_WIDTH);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException noProc) {
            return false;
        }
    }

    private static int terminalWidth(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        if (columns.matches("[1-9][0-9]{0,3}")) {
            return Integer.parseInt(columns);
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return size.matches("[0-9]+ [1-9][0-9]*")
                    ? Integer.parseInt(size.substring(size.indexOf(' ') + 1))
                    : USUAL_WIDTH;
        } catch (IOException noStty) {
            return USUAL_WIDTH;
        }
    }

    public boolean isTerminal() {
        return isTerminal;
    }

    public int width() {
        return width;
    }

    /** A line of the result. */
    public void print(String line) {
        out.println(line);
    }

    /** The result as JSON. */
    public void printJson(JsonNode json) {
        try {
            out.println(JSON.writeValueAsString(json));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Text of the result as it is. */
    public void printRaw(String text) {
        out.print(text);
        out.flush();
    }

    /** A line for people, beside the result. */
    public void note(String line) {
        err.println(line);
    }

    /** Text for people without an end of line, as redrawn lines need it. */
    void noteRaw(String text) {
        err.print(text);
        err.flush();
    }

    public void error(String message) {
        err.println((isTerminal ? "\u001b[31mError:\u001b[0m " : "Error: ") + message);
    }

    /** Asks a question that is answered by y or n; anything else, and the end of input, means no. */
    public boolean confirm(String question) {
        err.print(question + " (y/n): ");
        err.flush();
        @Nullable String answer;
        try {
            answer = in.readLine();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return answer != null
                && answer.strip().toLowerCase(java.util.Locale.ROOT).matches("y|yes");
    }
}
