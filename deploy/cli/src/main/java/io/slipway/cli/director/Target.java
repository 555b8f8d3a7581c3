package io.slipway.cli.director;

import java.util.List;

/**
 * A director and who calls it.
 *
 * @param urls such as https://127.0.0.1:25555, without a slash at their ends: one of each process that is this director
 * @param caPem certificates to trust, or empty for those that this machine trusts
 */
public record Target(List<String> urls, String caPem, String user, String password) {
    public Target {
        urls = List.copyOf(urls);
    }

    public Target(String url, String caPem, String user, String password) {
        this(List.of(url), caPem, user, password);
    }

    /** The first, which stands for all. */
    public String url() {
        return urls.getFirst();
    }

    @Override
    public String toString() {
        return user + " at " + String.join(", ", urls);
    }
}
