package io.slipway.cli.director;

/**
 * A director and who calls it.
 *
 * @param url such as https://127.0.0.1:25555, without a slash at its end
 * @param caPem certificates to trust, or empty for those that this machine trusts
 */
public record Target(String url, String caPem, String user, String password) {
    @Override
    public String toString() {
        return user + " at " + url;
    }
}
