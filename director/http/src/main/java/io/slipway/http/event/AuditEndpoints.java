package io.slipway.http.event;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.event.AuditChain;
import io.slipway.engine.event.AuditChain.Place;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The audit trail as a chain, for administrators: where it ends, whether it holds, and its rows as they are stored. */
public final class AuditEndpoints extends Feature {
    private static final int INVALID_VALUE = 40005;
    private static final int CHAIN_BROKEN = 40009;
    private static final int MOST_ROWS = 1_000;
    private static final int MOST_VERIFIED = 200_000;

    private final AuditChain chain;

    public AuditEndpoints(AuditChain chain, Executor blocking) {
        super(blocking);
        this.chain = chain;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/audit/head", answer(call -> head())),
                Endpoint.get("/audit/verification", answer(this::verification)),
                Endpoint.get("/audit/rows", answer(this::rows)));
    }

    private HttpResponse head() {
        var head = chain.head()
                .orElseThrow(() -> RequestRefused.conflict(
                        CHAIN_BROKEN,
                        "the head of the audit trail was not written by a director: see 'slipway audit verify'"));
        return Answers.json(shape(head));
    }

    /** What fits into an answer; who asks goes on after what was reached. */
    private HttpResponse verification(Call call) {
        var found =
                chain.verify(call.query("after", ""), call.query("anchor", ""), bounded(call, "rows", MOST_VERIFIED));
        return Answers.json(Answers.map(
                "rows",
                found.rows(),
                "from",
                shape(found.from()),
                "reached",
                shape(found.reached()),
                "head",
                shape(found.head()),
                "checkpoint",
                shape(found.checkpoint()),
                "at_end",
                found.isAtEnd(),
                "problems",
                found.problems().stream()
                        .map(problem -> Answers.map("number", problem.number(), "what", problem.what()))
                        .toList()));
    }

    private HttpResponse rows(Call call) {
        return Answers.json(chain.rows(call.queryNumber("after", 0), bounded(call, "limit", MOST_ROWS)));
    }

    private static int bounded(Call call, String name, int most) {
        int asked = call.queryNumber(name, most);
        if (asked < 1 || asked > most) {
            throw RequestRefused.invalid(
                    INVALID_VALUE, name + " is '" + asked + "': expected a number from 1 to " + most);
        }
        return asked;
    }

    private static Map<String, Object> shape(Place place) {
        return Answers.map("number", place.number(), "digest", place.digest(), "text", place.text());
    }
}
