package io.slipway.http;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/** Answers what is no HTTP request at all, and never reaches {@link DirectorApi}. Made by Pekko, by its name. */
public final class MalformedRequest extends ParsingErrorHandler {
    private static final int MALFORMED = 40_000;

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        return Answers.error(status.intValue(), MALFORMED, "the request is malformed: " + error.summary());
    }
}
