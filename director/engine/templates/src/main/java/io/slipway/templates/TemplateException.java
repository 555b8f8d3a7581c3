package io.slipway.templates;

/** A template that does not render. The message is one line that names release, job, template, line and instance. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String release;
    private final String job;
    private final String template;
    private final int line;
    private final String instance;

    public TemplateException(String release, String job, String template, int line, String instance, String reason) {
        super("Unable to render template '" + template + "' of job '" + job + "' (release '" + release
                + "') for instance '" + instance + "': line " + line + ": " + reason);
        this.release = release;
        this.job = job;
        this.template = template;
        this.line = line;
        this.instance = instance;
    }

    public String release() {
        return release;
    }

    public String job() {
        return job;
    }

    public String template() {
        return template;
    }

    public int line() {
        return line;
    }

    public String instance() {
        return instance;
    }
}
