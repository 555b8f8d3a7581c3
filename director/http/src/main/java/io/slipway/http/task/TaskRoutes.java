package io.slipway.http.task;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Tasks;
import io.slipway.engine.Tasks.OutputType;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.Tasks.TaskFilter;
import io.slipway.engine.Tasks.TaskRow;
import io.slipway.http.Answers;
import io.slipway.http.Caller;
import io.slipway.http.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;

/** Tasks: lists, one, its outputs with ranges, cancellation. */
public final class TaskRoutes extends Feature {
    private static final int DEFAULT_LIMIT = 1000;
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-");

    private final Tasks tasks;

    public TaskRoutes(Tasks tasks, Executor blocking) {
        super(blocking);
        this.tasks = tasks;
    }

    @Override
    public Route routes(Caller caller) {
        return concat(
                path("tasks", () -> get(() -> parameterMap(query -> answer(() -> list(query))))),
                path(
                        PathMatchers.segment("tasks").slash(PathMatchers.longSegment()),
                        id -> get(() -> answer(() -> Answers.json(shape(require(id)))))),
                path(
                        PathMatchers.segment("tasks")
                                .slash(PathMatchers.longSegment())
                                .slash("output"),
                        id -> get(() -> parameterOptional(
                                "type",
                                type -> optionalHeaderValueByName(
                                        "Range", range -> answer(() -> output(id, type.orElse("debug"), range)))))),
                path(
                        PathMatchers.segment("task").slash(PathMatchers.longSegment()),
                        id -> delete(() -> answerLater(() -> {
                            caller.requireAdmin();
                            return tasks.cancel(id, caller.requester())
                                    .thenApply(done -> HttpResponse.create().withStatus(StatusCodes.NO_CONTENT));
                        }))));
    }

    private HttpResponse list(Map<String, String> query) {
        var states = Arrays.stream(query.getOrDefault("state", "").split(","))
                .filter(text -> !text.isBlank())
                .map(TaskRoutes::stateOf)
                .toList();
        int limit = numberOf("limit", query.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT)));
        var found = tasks.list(new TaskFilter(
                states, query.getOrDefault("deployment", ""), query.getOrDefault("context_id", ""), limit));
        return Answers.json(found.stream().map(TaskRoutes::shape).toList());
    }

    private HttpResponse output(long id, String type, Optional<String> range) {
        require(id);
        OutputType output =
                switch (type) {
                    case "event" -> OutputType.EVENT;
                    case "debug" -> OutputType.DEBUG;
                    case "cpi" -> OutputType.CPI;
                    case "result" -> OutputType.RESULT;
                    default ->
                        throw new RequestRefused(
                                400, 40005, "type is '" + type + "': expected debug, event, cpi or result");
                };
        long from = 0;
        if (range.isPresent()) {
            var matcher = RANGE.matcher(range.get());
            if (!matcher.matches()) {
                throw new RequestRefused(400, 40005, "Range is '" + range.get() + "': expected 'bytes=<from>-'");
            }
            from = Long.parseLong(matcher.group(1));
        }
        byte[] content = tasks.output(id, output, from);
        if (content.length == 0) {
            return range.isPresent()
                    ? HttpResponse.create().withStatus(StatusCodes.RANGE_NOT_SATISFIABLE)
                    : HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
        }
        var response = HttpResponse.create()
                .withStatus(range.isPresent() ? StatusCodes.PARTIAL_CONTENT : StatusCodes.OK)
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, content);
        long end = from + content.length;
        return range.isPresent()
                ? response.addHeader(RawHeader.create("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + end))
                : response;
    }

    private TaskRow require(long id) {
        return tasks.find(id).orElseThrow(() -> new RequestRefused(404, 10000, "Task " + id + " doesn't exist"));
    }

    private static State stateOf(String text) {
        for (State state : State.values()) {
            if (state.name().equalsIgnoreCase(text.strip())) {
                return state;
            }
        }
        throw new RequestRefused(
                400,
                40005,
                "state is '" + text + "': expected a list of "
                        + List.of(State.values()).toString().toLowerCase(Locale.ROOT));
    }

    private static int numberOf(String field, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notNumber) {
            throw new RequestRefused(400, 40000, field + " is '" + text + "': expected a number");
        }
    }

    private static Map<String, Object> shape(TaskRow task) {
        return Answers.map(
                "id", task.id(),
                "state", task.state().name().toLowerCase(Locale.ROOT),
                "description", task.description(),
                "timestamp", task.timestamp().getEpochSecond(),
                "started_at", task.startedAt().getEpochSecond(),
                "result", task.result(),
                "user", task.user(),
                "deployment", task.deployment(),
                "context_id", task.contextId());
    }
}
