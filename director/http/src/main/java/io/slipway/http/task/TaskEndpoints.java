package io.slipway.http.task;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Tasks;
import io.slipway.engine.Tasks.OutputType;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.Tasks.TaskFilter;
import io.slipway.engine.Tasks.TaskRow;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import io.slipway.model.yaml.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Tasks: lists, one, its outputs with ranges, cancellation. */
public final class TaskEndpoints extends Feature {
    private static final int DEFAULT_LIMIT = Integer.MAX_VALUE;

    /** What lists show unless all is asked for, as BOSH has it. */
    private static final List<String> TYPES_OF_CHANGES = List.of(
            "attach_disk",
            "create_snapshot",
            "delete_deployment",
            "delete_release",
            "delete_snapshot",
            "delete_stemcell",
            "run_errand",
            "snapshot_deployment",
            "update_instance",
            "update_deployment",
            "update_release",
            "update_stemcell",
            "export_release");

    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-");

    private final Tasks tasks;

    public TaskEndpoints(Tasks tasks, Executor blocking) {
        super(blocking);
        this.tasks = tasks;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/tasks", answer(this::list)),
                Endpoint.get("/tasks/{id}", answer(call -> Answers.json(shape(require(call.pathNumber("id")))))),
                Endpoint.get("/tasks/{id}/output", answer(this::output)),
                Endpoint.delete("/task/{id}", changeLater(this::cancel)),
                Endpoint.post("/tasks/cancel", changeWithBody(this::cancelMany)));
    }

    private CompletionStage<HttpResponse> cancel(Call call) {
        return tasks.cancel(call.pathNumber("id"), call.requester())
                .thenApply(done -> HttpResponse.create().withStatus(StatusCodes.NO_CONTENT));
    }

    /** All that are of a deployment and of a type, as far as those are given, and queued, unless states are given. */
    private CompletionStage<HttpResponse> cancelMany(Call call, String body) {
        var wanted = JsonBody.parse(body);
        var states = wanted.texts("states").isEmpty()
                ? List.of(State.QUEUED)
                : wanted.texts("states").stream()
                        .map(TaskEndpoints::cancellable)
                        .toList();
        var filter =
                new TaskFilter(states, wanted.text("deployment", ""), "", wanted.texts("types"), Integer.MAX_VALUE);
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        for (TaskRow task : tasks.list(filter)) {
            // One that ends meanwhile does not keep the others from being cancelled.
            done = done.thenCompose(
                    before -> tasks.cancel(task.id(), call.requester()).exceptionally(ended -> null));
        }
        return done.thenApply(all -> HttpResponse.create().withStatus(StatusCodes.NO_CONTENT));
    }

    private static State cancellable(String state) {
        return switch (state) {
            case "queued" -> State.QUEUED;
            case "processing" -> State.PROCESSING;
            default ->
                throw RequestRefused.invalid(
                        40005, state + " is not one of the cancellable states: queued, processing");
        };
    }

    private HttpResponse list(Call call) {
        var states = Arrays.stream(call.query("state", "").split(","))
                .filter(text -> !text.isBlank())
                .map(TaskEndpoints::stateOf)
                .toList();
        var found = tasks.list(new TaskFilter(
                states,
                call.query("deployment", ""),
                call.query("context_id", ""),
                call.query("verbose", "1").equals("1") ? TYPES_OF_CHANGES : List.of(),
                Math.max(1, call.queryNumber("limit", DEFAULT_LIMIT))));
        return Answers.json(found.stream().map(TaskEndpoints::shape).toList());
    }

    /** Events and results are for all; logs may show more than readers may see. */
    private HttpResponse output(Call call) {
        long id = call.pathNumber("id");
        String type = call.query("type", "debug");
        if (type.equals("none")) {
            return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
        }
        OutputType output =
                switch (type) {
                    case "event" -> OutputType.EVENT;
                    case "debug" -> OutputType.DEBUG;
                    case "cpi" -> OutputType.CPI;
                    case "result" -> OutputType.RESULT;
                    default ->
                        throw RequestRefused.invalid(
                                40005, "type is '" + Fields.shown(type) + "': expected debug, event, cpi or result");
                };
        if (output == OutputType.DEBUG || output == OutputType.CPI) {
            call.caller().requireAdmin();
        }
        require(id);
        return call.header("Range")
                .map(range -> part(id, output, range))
                .orElseGet(() -> whole(tasks.output(id, output, 0)));
    }

    private static HttpResponse whole(byte[] content) {
        return content.length == 0
                ? HttpResponse.create().withStatus(StatusCodes.NO_CONTENT)
                : HttpResponse.create().withEntity(ContentTypes.TEXT_PLAIN_UTF8, content);
    }

    private HttpResponse part(long id, OutputType output, String range) {
        var matcher = RANGE.matcher(range);
        if (!matcher.matches()) {
            throw RequestRefused.invalid(40005, "Range is '" + Fields.shown(range) + "': expected 'bytes=<from>-'");
        }
        long from = Long.parseLong(matcher.group(1));
        byte[] content = tasks.output(id, output, from);
        if (content.length == 0) {
            return HttpResponse.create()
                    .withStatus(StatusCodes.RANGE_NOT_SATISFIABLE)
                    .addHeader(RawHeader.create("Content-Range", "bytes */" + tasks.output(id, output, 0).length));
        }
        long end = from + content.length;
        return HttpResponse.create()
                .withStatus(StatusCodes.PARTIAL_CONTENT)
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, content)
                .addHeader(RawHeader.create("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + end));
    }

    private TaskRow require(long id) {
        return tasks.find(id).orElseThrow(() -> RequestRefused.notFound(10000, "Task " + id + " not found"));
    }

    private static State stateOf(String text) {
        for (State state : State.values()) {
            if (state.name().equalsIgnoreCase(text.strip())) {
                return state;
            }
        }
        throw RequestRefused.invalid(
                40005,
                "state is '" + Fields.shown(text) + "': expected a list of "
                        + List.of(State.values()).toString().toLowerCase(Locale.ROOT));
    }

    /** Without a time of its end, as clients expect. */
    private static boolean isOpen(TaskRow task) {
        return task.state() == State.QUEUED || task.state() == State.PROCESSING;
    }

    private static Map<String, Object> shape(TaskRow task) {
        return Answers.map(
                "id", task.id(),
                "state", task.state().name().toLowerCase(Locale.ROOT),
                "description", task.description(),
                "timestamp", isOpen(task) ? null : task.timestamp().getEpochSecond(),
                "started_at",
                        task.state() == State.QUEUED ? null : task.startedAt().getEpochSecond(),
                "result", task.result(),
                "user", task.user(),
                "deployment", task.deployment(),
                "context_id", task.contextId());
    }
}
